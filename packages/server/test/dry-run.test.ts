import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Guard, type Inquiry, type Json, type JsonObject, MemoryStorage } from 'cardea';
import { fileSink } from 'cardea/audit/file';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { policiesArb } from '../../cardea/test/arbitrary.ts';
import { ndjsonDecisionLog } from '../src/node/index.ts';
import { type Answered, type Asked, editingPoint } from './editing-point.ts';
import { DENIED, DIRECTORY, PERMITTED, POLICIES } from './library.ts';

const LOCK: Json = {
  uid: 'no-a',
  effect: 'deny',
  subjects: [{ type: 'user' }],
  actions: ['read'],
  resources: [{ id: 'a' }],
};
const folder = mkdtempSync(join(tmpdir(), 'cardea-dry-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (body: object, options: object = {}, asked: Asked = {}): Promise<Answered> => {
  const { ask, storage } = await editingPoint(new MemoryStorage(POLICIES), { directory: DIRECTORY, ...options });
  const answer = await ask('/v1/policies:dry-run', { method: 'POST', body: body as Json, ...asked });
  expect(await storage.revision()).toBe(1);
  return answer;
};

describe('a dry run', () => {
  it('tells which inquiries would be decided otherwise, and changes nothing', async () => {
    const { status, body, tag } = await run({
      changes: [{ type: 'add', policy: LOCK }],
      inquiries: [PERMITTED, DENIED, { ...PERMITTED, resource: { type: 'book', id: 'c' } }],
    });
    expect([status, tag]).toEqual([200, '"1"']);
    expect(body).toEqual({
      revision: 1,
      tried: 3,
      differing: [
        {
          inquiry: PERMITTED,
          before: { decision: true, outcome: 'allow', deciders: ['readers'] },
          after: { decision: false, outcome: 'deny', deciders: ['no-a'] },
        },
      ],
    });
  });

  it('tells what becomes true when the changes are made', async () => {
    await fc.assert(
      fc.asyncProperty(policiesArb, policiesArb, async (before, after) => {
        // A request could not say them.
        fc.pre(!/\d{16}/.test(JSON.stringify(after)));
        const changes = [
          ...before.map(({ uid }) => ({ type: 'delete', uid }) as const),
          ...after.map((policy) => ({ type: 'add', policy }) as const),
        ];
        const { ask, storage } = await editingPoint(new MemoryStorage(before));
        const inquiries = ['a', 'b'].map((id) => ({ ...PERMITTED, subject: { type: 'user', id } }));
        const body = { changes, inquiries } as unknown as Json;
        const dry = await ask('/v1/policies:dry-run', { method: 'POST', body });
        expect(dry.status).toBe(200);
        const decided = async (): Promise<readonly boolean[]> =>
          Promise.all(inquiries.map(async (inquiry) => (await new Guard(storage).check(inquiry)).allowed));
        const was = await decided();
        await storage.apply(changes);
        const is = await decided();
        const differing = (dry.body['differing'] as readonly JsonObject[]).filter(
          ({ before: old, after: fresh }) => (old as JsonObject)['decision'] !== (fresh as JsonObject)['decision'],
        );
        const expected = inquiries.filter((_, at) => was[at] !== is[at]);
        expect(differing.map(({ inquiry }) => inquiry)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('takes a sample of the decision log, with what was known then, for those who may see it', async () => {
    const path = join(folder, 'audit.ndjson');
    const sink = fileSink(path);
    const guard = new Guard(new MemoryStorage(POLICIES), { audit: { sinks: [sink] } });
    for (const id of ['b', 'a', 'c']) await guard.check({ ...PERMITTED, resource: { type: 'book', id } });
    await guard.close();
    await sink.close();
    const options = { decisionLog: ndjsonDecisionLog(path) };
    const body = { changes: [{ type: 'add', policy: LOCK }], log: 2 };
    const answer = await run(body, options, { role: 'auditor' });
    expect(answer.body).toMatchObject({ tried: 2, differing: [{ inquiry: { resource: { id: 'a' } } }] });
    expect((await run(body, options, { role: 'editor' })).status).toBe(403);
    expect((await run({ ...body, log: 2000 }, options, { role: 'auditor' })).status).toBe(400);
    expect((await run(body, {}, { role: 'auditor' })).status).toBe(400);
  });

  it('reads the end of a log that is long, or is being written', async () => {
    const path = join(folder, 'long.ndjson');
    const line = (id: number): string =>
      JSON.stringify({ inquiry: { subject: String(id), action: 'x', resource: 'y' } });
    writeFileSync(path, `${Array.from({ length: 300_000 }, (_, id) => line(id)).join('\n')}\n{"inqui`);
    const latest = await ndjsonDecisionLog(path).latest(2);
    expect(latest.map(({ subject }: Inquiry) => subject)).toEqual(['299999', '299998']);
  });

  it('asks guards that are made as the deciding one is', async () => {
    const made: MemoryStorage[] = [];
    const guardOver = (storage: MemoryStorage): Guard => {
      made.push(storage);
      return new Guard(storage, { combining: 'allow-overrides' });
    };
    const { body } = await run({ changes: [{ type: 'add', policy: LOCK }], inquiries: [PERMITTED] }, { guardOver });
    expect([made.length, body['differing']]).toEqual([2, []]);
  });

  it.each<[string, object, number]>([
    ['no inquiries', { changes: [] }, 400],
    ['inquiries of two kinds', { changes: [], inquiries: [], log: 1 }, 400],
    ['inquiries that are none', { changes: [], inquiries: [{}] }, 400],
    ['too many inquiries', { changes: [], inquiries: Array.from({ length: 1001 }, () => PERMITTED) }, 400],
    ['changes that are none', { changes: {}, inquiries: [] }, 400],
    ['a policy that is none', { changes: [{ type: 'add', policy: { uid: 'x' } }], inquiries: [] }, 400],
    ['a policy that is there', { changes: [{ type: 'add', policy: POLICIES[0] }], inquiries: [] }, 409],
  ])('is refused with %s', async (_, body, status) => {
    expect((await run(body, {}, { role: 'auditor' })).status).toBe(status);
  });

  it('is for those who may read policies', async () => {
    const body = { changes: [], inquiries: [] };
    expect((await run(body, {}, { role: 'decider' })).status).toBe(403);
    expect((await run(body, {}, { role: null })).status).toBe(401);
  });
});
