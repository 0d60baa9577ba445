import { describe, expect, it } from 'vitest';
import { allowing, denying } from '../../test/policies.ts';
import type { JsonObject } from '../ast/json.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { AttributeSource } from '../ports/attributes.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { Guard } from './guard.ts';

const source = (of: AttributeSource['of'], fetch: AttributeSource['fetch']): AttributeSource => ({
  name: 'directory',
  of,
  fetch,
});
const gives = (of: AttributeSource['of'], attributes: JsonObject): AttributeSource =>
  source(of, async () => attributes);
const admins = [
  allowing('admins', { subjects: [{ role: 'admin' }] }),
  denying('suspended', { subjects: [{ suspended: true }] }),
];
const ask = async (subject: Inquiry['subject'], ...attributes: AttributeSource[]): Promise<boolean> =>
  new Guard(new MemoryStorage(admins), { attributes }).isAllowed({
    subject: subject as null,
    action: 'get',
    resource: 'x',
  });

describe('attribute sources', () => {
  it('supply what an entity or a dictionary does not say', async () => {
    expect(await ask({ type: 'user', id: 'max' }, gives('subject', { role: 'admin' }))).toBe(true);
    expect(await ask({ name: 'max' }, gives('subject', { role: 'admin' }))).toBe(true);
    expect(await ask({ name: 'max', role: 'user' }, gives('subject', { role: 'admin' }))).toBe(false);
  });

  it('all count, the earlier before the later', async () => {
    const sources = [gives('subject', { role: 'admin' }), gives('subject', { role: 'user', suspended: true })];
    expect(await ask({}, sources[0] as AttributeSource)).toBe(true);
    expect(await ask({}, ...sources)).toBe(false);
  });

  it('that give undefined know nothing', async () => {
    const vague = gives('subject', { suspended: undefined as never });
    expect(await ask({ role: 'admin' }, vague)).toBe(true);
    expect(await ask({ role: 'admin' }, vague, gives('subject', { suspended: true }))).toBe(false);
  });

  it('do not make an entity of a dictionary', async () => {
    const named = allowing('named', { subjects: ['user:max'] });
    const guard = new Guard(new MemoryStorage([named]), { attributes: [gives('subject', { id: 'max' })] });
    expect(await guard.isAllowed({ subject: { type: 'user', id: 'max' }, action: 'get', resource: 'x' })).toBe(true);
    expect(await guard.isAllowed({ subject: { type: 'user' }, action: 'get', resource: 'x' })).toBe(false);
  });

  it('may supply a context where there is none', async () => {
    const guard = new Guard(new MemoryStorage([allowing('a', { context: { office: true } })]), {
      attributes: [gives('context', { office: true })],
    });
    expect(await guard.isAllowed({ subject: 'max', action: 'get', resource: 'x' })).toBe(true);
  });

  it.each<[string, AttributeSource['fetch'], Inquiry['subject'], string]>([
    ['rejects', () => Promise.reject(new Error('timeout')), {}, 'attribute source `directory`: timeout'],
    [
      'throws',
      () => {
        throw new Error('timeout');
      },
      {},
      'attribute source `directory`: timeout',
    ],
    ['gives a list', async () => [] as never, {}, 'it gave no dictionary'],
    ['gives nothing', async () => undefined as never, {}, 'it gave no dictionary'],
    ['is about a text', async () => ({ role: 'admin' }), 'max', 'the subject is neither a dictionary nor an entity'],
  ])('that %s makes the decision indeterminate', async (_, fetch, subject, message) => {
    const guard = new Guard(new MemoryStorage([allowing('all')]), { attributes: [source('subject', fetch)] });
    const decision = await guard.check({ subject: subject as null, action: 'get', resource: 'x' });
    expect(decision).toMatchObject({
      allowed: false,
      outcome: 'indeterminate',
      diagnostics: [{ kind: 'infrastructure' }],
    });
    expect(decision.diagnostics[0]?.message).toContain(message);
  });

  it('that gives what is no JSON makes the decision indeterminate', async () => {
    const guard = new Guard(new MemoryStorage([allowing('all')]), {
      attributes: [gives('subject', { since: new Date(0) as never })],
    });
    expect((await guard.check({ subject: {}, action: 'get', resource: 'x' })).outcome).toBe('indeterminate');
  });

  it('keep decide from allowing, which cannot ask them', async () => {
    const guard = new Guard(new MemoryStorage([allowing('all')]), { attributes: [gives('subject', {})] });
    await guard.ready();
    expect(guard.decide({ subject: {}, action: 'get', resource: 'x' })).toMatchObject({
      allowed: false,
      outcome: 'indeterminate',
    });
  });
});
