import { describe, expect, it } from 'vitest';
import { allowing, denying } from '../../test/policies.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { memorySink } from '../audit/memory.ts';
import { defineFunction } from '../ast/functions.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Policy } from '../model/policy.ts';
import type { AuditRecord } from '../ports/audit.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { AuditMessage, AuditOptions } from './audit-trail.ts';
import { Guard, type GuardOptions } from './guard.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;
const policies = [allowing('a', { description: 'readers' }), denying('b"],["c'), denying('d', { description: 'no' })];

async function audited(
  stored: readonly Policy[],
  inquiry: Inquiry,
  audit: Omit<AuditOptions, 'sinks'> = {},
  options: GuardOptions = {},
): Promise<AuditRecord> {
  const sink = memorySink();
  let elapsedMs = 0;
  const clock = { now: () => Date.UTC(2026, 10, 22, 9), elapsed: () => (elapsedMs += 2) };
  const guard = new Guard(new MemoryStorage(stored), { ...options, clock, audit: { ...audit, sinks: [sink] } });
  // Loading looks at the clock too.
  await guard.ready();
  await guard.check(inquiry);
  await guard.close();
  expect(sink.records).toHaveLength(1);
  return sink.records[0] as AuditRecord;
}

describe('an audit record', () => {
  it('holds when, what was asked, what was answered, why, over which policies and how long it took', async () => {
    expect(await audited([policies[0] as Policy], max)).toEqual({
      time: '2026-11-22T09:00:00.000Z',
      inquiry: max,
      effect: 'allow',
      outcome: 'allow',
      candidates: '["a"]',
      deciders: '["a"]',
      diagnostics: [],
      revision: 1,
      durationMs: 2,
    });
  });

  it.each<[AuditMessage, string, string]>([
    ['uid', '["a","b\\"],[\\"c","d"]', '["b\\"],[\\"c","d"]'],
    ['description', '["readers",null,"no"]', '[null,"no"]'],
    ['count', 'count = 3', 'count = 2'],
    ['none', '', ''],
  ])('tells candidates and deciders by %s', async (message, candidates, deciders) => {
    expect(await audited(policies, max, { message })).toMatchObject({ effect: 'deny', candidates, deciders });
  });

  it.each<[string, readonly Policy[], Inquiry, object]>([
    ['no policy applies', [], max, { effect: 'deny', outcome: 'not-applicable', candidates: '[]' }],
    ['the inquiry is malformed', [], { subject: Number.NaN }, { inquiry: {}, outcome: 'indeterminate' }],
    [
      'a policy failed',
      [denying('d', { subjects: [{ $custom: ['fails'] }] })],
      max,
      { outcome: 'indeterminate', diagnostics: [{ uid: 'd' }] },
    ],
  ])('is written also where %s', async (_, stored, inquiry, record) => {
    const fails = defineFunction({
      name: 'fails',
      meaning: '',
      call: () => {
        throw new Error('no');
      },
    });
    expect(await audited(stored, inquiry, {}, { functions: [fails] })).toMatchObject(record);
  });

  it('is written also where the storage failed', async () => {
    const sink = memorySink();
    const storage = new MemoryStorage();
    storage.revision = () => Promise.reject(new Error('down'));
    const guard = new Guard(storage, { audit: { sinks: [sink] } });
    await guard.isAllowed(max);
    expect(sink.records).toMatchObject([
      { effect: 'deny', outcome: 'indeterminate', inquiry: max, diagnostics: [{ kind: 'infrastructure' }] },
    ]);
  });
});

describe('redaction', () => {
  it('replaces attributes in dictionaries, entities and lists, and leaves the caller’s inquiry alone', async () => {
    const inquiry: Inquiry = {
      subject: {
        type: 'user',
        id: 'max',
        properties: { email: 'max@example.org', phones: [{ number: '1' }, { number: '2' }] },
      },
      action: 'get',
      resource: { 'e.mail': 'x', email: 'kept' },
      context: { ip: '10.0.0.1' },
    };
    const { inquiry: redacted } = await audited([], inquiry, {
      redact: ['subject.email', 'subject.phones.number', ['resource', 'e.mail'], 'context'],
    });
    expect(redacted).toEqual({
      subject: {
        type: 'user',
        id: 'max',
        properties: { email: '[redacted]', phones: [{ number: '[redacted]' }, { number: '[redacted]' }] },
      },
      action: 'get',
      resource: { 'e.mail': '[redacted]', email: 'kept' },
      context: '[redacted]',
    });
    expect(inquiry.context).toEqual({ ip: '10.0.0.1' });
  });

  it('leaves out what a failing function says, for it may quote its arguments', async () => {
    const quotes = defineFunction({
      name: 'quotes',
      meaning: '',
      call: ([given]) => {
        throw new Error(`bad ${JSON.stringify(given)}`);
      },
    });
    const stored = [denying('d', { subjects: [{ email: { $custom: ['quotes'] } }] })];
    const record = await audited(
      stored,
      { ...max, subject: { email: 'max@example.org' } },
      { redact: ['subject.email'] },
      { functions: [quotes] },
    );
    expect(record.diagnostics).toEqual([{ uid: 'd', kind: 'error', message: '[redacted]' }]);
    expect(JSON.stringify(record)).not.toContain('max@example.org');
  });
});

describe('a failing sink', () => {
  it.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('changes no decision, keeps no other sink from its record, and is visible: %s', async (_, write) => {
    const { logger, lines } = recordingLogger();
    const good = memorySink();
    const guard = new Guard(new MemoryStorage([allowing('all')]), { logger, audit: { sinks: [{ write }, good] } });
    expect(await guard.isAllowed(max)).toBe(true);
    expect(guard.decide(max).allowed).toBe(true);
    await guard.close();
    expect(good.records).toHaveLength(2);
    expect(guard.auditFailures).toBe(2);
    expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual(
      Array(2).fill('an audit record was lost'),
    );
  });

  it('does not hold up a decision, and close waits for it', async () => {
    let written = false;
    const slow = { write: () => new Promise<void>((resolve) => setTimeout(() => resolve(void (written = true)), 20)) };
    const guard = new Guard(new MemoryStorage([allowing('all')]), { audit: { sinks: [slow] } });
    expect(await guard.isAllowed(max)).toBe(true);
    expect(written).toBe(false);
    await guard.close();
    expect(written).toBe(true);
  });

  it('that cannot flush is counted when the guard closes', async () => {
    const sink = { write: () => undefined, flush: () => Promise.reject(new Error('disk full')) };
    const guard = new Guard(new MemoryStorage(), { audit: { sinks: [sink] } });
    await guard.close();
    expect(guard.auditFailures).toBe(1);
  });
});
