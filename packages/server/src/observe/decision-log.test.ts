import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allow, Guard, MemoryStorage } from 'cardea';
import type { AuditRecord } from 'cardea/audit';
import { fileSink } from 'cardea/audit/file';
import { any } from 'cardea/rules';
import { describe, expect, it, vi } from 'vitest';
import type { ApiResponse } from '../http/exchange.ts';
import { type DecisionLog, decisionLog, toSink } from './decision-log.ts';

const recordOf = (revision: number): AuditRecord => ({
  time: '2026-11-22T09:00:00.000Z',
  inquiry: {},
  effect: 'deny',
  outcome: 'not-applicable',
  candidates: '[]',
  deciders: '[]',
  diagnostics: [],
  revision,
  durationMs: 1,
});

/** Somewhere that records go: it fails as long as it is told to. */
class Place {
  readonly revisions: number[] = [];
  isFailing = false;
  readonly send = async (records: readonly AuditRecord[]): Promise<void> => {
    await Promise.resolve();
    if (this.isFailing) throw new Error('the disk is full');
    this.revisions.push(...records.map(({ revision }) => revision));
  };
}

const OK: ApiResponse = { status: 200, headers: {}, body: '' };

/** What a request is answered with, over this path. */
const asked = (log: DecisionLog, route = '/access/v1/evaluation'): Promise<ApiResponse> =>
  log.observe({ request: {} as never, route, answer: async () => OK });

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('a decision log', () => {
  it('writes every record once, in order, many at once', async () => {
    const place = new Place();
    const log = decisionLog({ send: place.send, whenFull: 'drop' });
    for (const revision of numbers(1, 2000)) void log.write(recordOf(revision));
    await log.flush();
    expect([place.revisions, log.dropped, log.waiting]).toEqual([numbers(1, 2000), 0, 0]);
  });

  it('drops and counts what there is no room for, and lets every request pass', async () => {
    const place = new Place();
    const log = decisionLog({ send: place.send, whenFull: 'drop', capacity: 10 });
    for (const revision of numbers(1, 15)) void log.write(recordOf(revision));
    expect((await asked(log)).status).toBe(200);
    await log.flush();
    expect([place.revisions, log.dropped]).toEqual([numbers(1, 10), 5]);
  });

  it('drops and counts what cannot be written, and goes on', async () => {
    const place = new Place();
    place.isFailing = true;
    const log = decisionLog({ send: place.send, whenFull: 'drop' });
    void log.write(recordOf(1));
    await log.flush();
    place.isFailing = false;
    void log.write(recordOf(2));
    await log.flush();
    expect([place.revisions, log.dropped]).toEqual([[2], 1]);
  });

  it('writes what a request brings that waited for room, so that there is room again', async () => {
    const place = new Place();
    const send = async (records: readonly AuditRecord[]): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await place.send(records);
    };
    const log = decisionLog({ send, whenFull: 'block', capacity: 1, waitMs: 20_000 });
    const statuses: number[] = [];
    for (const revision of numbers(1, 5)) {
      const answer = async (): Promise<ApiResponse> => {
        void log.write(recordOf(revision));
        return OK;
      };
      // Each but the first finds the one before it still waiting.
      const { status } = await log.observe({ request: {} as never, route: '/access/v1/evaluation', answer });
      statuses.push(status);
    }
    await vi.waitFor(() => expect(log.waiting).toBe(0), 20_000);
    expect([statuses, place.revisions]).toEqual([numbers(1, 5).map(() => 200), numbers(1, 5)]);
  });

  it('lets requests wait that it has no room for, and loses nothing', async () => {
    const place = new Place();
    place.isFailing = true;
    const log = decisionLog({ send: place.send, whenFull: 'block', capacity: 3, waitMs: 5000 });
    for (const revision of numbers(1, 4)) void log.write(recordOf(revision));
    let isAnswered = false;
    const waiting = asked(log).then((answer) => {
      isAnswered = true;
      return answer;
    });
    expect((await asked(log, '/health/live')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isAnswered).toBe(false);
    place.isFailing = false;
    expect((await waiting).status).toBe(200);
    await log.close();
    expect([place.revisions, log.dropped]).toEqual([numbers(1, 4), 0]);
  });

  it('answers with 503 where there is no room in time', async () => {
    const place = new Place();
    place.isFailing = true;
    const log = decisionLog({ send: place.send, whenFull: 'block', capacity: 1, waitMs: 20 });
    void log.write(recordOf(1));
    expect(await asked(log)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    await log.close();
    expect(log.dropped).toBe(1);
  });

  it('is a sink of the guard, and has what the guard does not redact in a file that rotates', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cardea-decisions-'));
    const file = fileSink(join(folder, 'decisions.ndjson'));
    const log = decisionLog({ send: toSink(file), whenFull: 'block' });
    const storage = new MemoryStorage([allow({ uid: '1', subjects: [any()], actions: [any()], resources: [any()] })]);
    const guard = new Guard(storage, { audit: { sinks: [log], redact: ['subject.email'] } });
    await guard.check({ subject: { id: 'max', email: 'max@example.com' }, action: 'read', resource: 'book' });
    await guard.close();
    await log.close();
    await file.close();
    const lines = (await readFile(join(folder, 'decisions.ndjson'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ outcome: 'allow', revision: 1 }]);
    expect(lines[0]).not.toContain('max@example.com');
    await rm(folder, { recursive: true });
  });

  it.each([0, 1.5])('has room for a number of records, not for %d', (capacity) => {
    expect(() => decisionLog({ send: async () => undefined, whenFull: 'drop', capacity })).toThrow('capacity must be');
  });
});
