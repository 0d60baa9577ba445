import { setTimeout } from 'node:timers/promises';
import { allow, defaultChecker, deny, functionTable, type Inquiry, MemoryStorage, type Storage } from 'cardea';
import { any } from 'cardea/rules';
import { referenceDecider } from 'cardea/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StagedStorage } from '../../../cardea/test/staged-storage.ts';
import { PERMITTED, POLICIES } from '../library.ts';
import { changeArb, KnownStates, questionArb, READERS } from './changing-policies.ts';
import { type Answer, oneConnection, type Several, severalThreads } from './several-threads.ts';

const LOCKED = { ...PERMITTED, resource: { ...PERMITTED.resource, properties: { locked: true } } };
const CHANGES = 400;
const CALLERS = 6;
/** Requests of a caller over one connection. */
const CONNECTED = 10;

/** The threads that answer, by as many new connections as it takes to meet so many. */
async function threadsOf({ evaluate }: Several, count: number): Promise<ReadonlySet<string | undefined>> {
  const met = new Set<string | undefined>();
  for (const end = performance.now() + 20_000; met.size < count && performance.now() < end; ) {
    const answers = await Promise.all(Array.from({ length: 8 }, () => evaluate(PERMITTED).catch(() => undefined)));
    for (const answer of answers) if (answer !== undefined) met.add(answer.thread);
  }
  return met;
}

/** A policy that closes the library, and its removal. */
const CLOSED = deny({ uid: 'closed', subjects: [any()], actions: [any()], resources: [any()] });

describe('a server of several threads', () => {
  it('answers at one address by all of them, as one alone would', async () => {
    const several = await severalThreads(new MemoryStorage(POLICIES), { workers: 3 });
    expect(await threadsOf(several, 3)).toHaveProperty('size', 3);
    expect(await several.evaluate(PERMITTED)).toMatchObject({ status: 200, body: { decision: true }, revision: 1 });
    expect(await several.evaluate(LOCKED)).toMatchObject({ status: 200, body: { decision: false } });
    const batch = { evaluations: [PERMITTED, LOCKED] };
    const { body } = await several.send('/access/v1/evaluations', { body: batch });
    expect(body).toEqual({ evaluations: [{ decision: true }, { decision: false }] });
    const explained = await several.send('/access/v1/evaluation', {
      body: PERMITTED,
      headers: { 'cardea-include': 'deciders, explanation' },
    });
    expect(explained.body).toMatchObject({ decision: true, context: { deciders: ['readers'] } });
  });

  it('shared ≡ reference: every answer is that of the revision which it names, while policies change', async () => {
    const storage = new MemoryStorage([READERS]);
    const states = new KnownStates();
    states.begin(await storage.revision());
    const several = await severalThreads(storage);
    const over = new AbortController();
    const given: { readonly inquiry: Inquiry; readonly answer: Answer }[] = [];
    const caller = async (seed: number): Promise<void> => {
      let agent = oneConnection();
      const inquiries = fc.sample(questionArb, { numRuns: 500, seed });
      for (let turn = 0; !over.signal.aborted; turn++) {
        const inquiry = inquiries[turn % inquiries.length] as Inquiry;
        given.push({ inquiry, answer: await several.evaluate(inquiry, { agent }) });
        if ((turn + 1) % CONNECTED > 0) continue;
        // The system chooses a thread for each connection by chance: of six, one in thirty times the same for all.
        agent.destroy();
        agent = oneConnection();
      }
    };
    const callers = Promise.all(Array.from({ length: CALLERS }, (_, at) => caller(at)));
    for (const change of fc.sample(changeArb, { numRuns: CHANGES, seed: 7 })) {
      const fitting = states.fitting(change);
      const before = await storage.revision();
      const revision = await storage.apply([fitting]);
      if (revision > before) states.make(fitting, revision);
      await setTimeout(revision % 3);
    }
    over.abort();
    await callers;
    const options = { checker: defaultChecker(), functions: functionTable() };
    const deciders = new Map<number, (inquiry: Inquiry) => boolean>();
    const decides = (inquiry: Inquiry, revision: number): boolean | undefined => {
      const state = states.at(revision);
      if (state === undefined) return undefined;
      const decide = referenceDecider([...state.policies.values()], {
        ...options,
        combining: 'deny-overrides',
        unknownDeny: 'ignore',
        links: [...state.links.values()],
      });
      const known = deciders.get(revision) ?? ((asked: Inquiry) => decide(asked).allowed);
      deciders.set(revision, known);
      return known(inquiry);
    };
    const wrong = given.filter(
      ({ inquiry, answer }) => answer.status !== 200 || decides(inquiry, answer.revision) !== answer.body.decision,
    );
    expect(wrong.slice(0, 3)).toEqual([]);
    // Both of them, over many revisions, and not always the same answer.
    expect(new Set(given.map(({ answer }) => answer.thread)).size).toBe(2);
    expect(new Set(given.map(({ answer }) => answer.revision)).size).toBeGreaterThan(20);
    expect(new Set(given.map(({ answer }) => answer.body.decision)).size).toBe(2);
  });

  it('decides over a change as soon as it is answered, whichever thread is asked', async () => {
    const several = await severalThreads(new MemoryStorage(POLICIES));
    const lines = [oneConnection(), oneConnection(), oneConnection(), oneConnection()];
    let { tag } = await several.send('/v1/policies');
    for (let turn = 0; turn < 20; turn++) {
      const isClosing = turn % 2 === 0;
      const change = isClosing ? { type: 'add', policy: CLOSED } : { type: 'delete', uid: CLOSED.uid };
      const asked = { body: { changes: [change] }, headers: { 'if-match': tag ?? '' } };
      const answer = await several.send('/v1/policies:apply', asked);
      expect(answer.status).toBe(200);
      ({ tag } = answer);
      const answers = await Promise.all(lines.map((agent) => several.evaluate(PERMITTED, { agent })));
      expect(answers.map(({ body }) => body.decision)).toEqual(lines.map(() => !isClosing));
    }
  });

  it('decides over the revision that a caller wants, also where nobody told of it', async () => {
    const inner = new MemoryStorage(POLICIES);
    const deaf = new StagedStorage(inner);
    deaf.watch = () => () => undefined;
    const several = await severalThreads(deaf);
    await inner.add(CLOSED);
    expect(await several.evaluate(PERMITTED)).toMatchObject({ body: { decision: true }, revision: 1 });
    const headers = { 'cardea-min-revision': '2' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => several.evaluate(PERMITTED, { headers })));
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { decision: false }, revision: 2 });
    const later = await several.evaluate(PERMITTED, { headers: { 'cardea-min-revision': '3' } });
    expect(later).toMatchObject({ status: 503 });
  });

  it('leaves to the main thread what is about the process, with all that was sent', async () => {
    const several = await severalThreads(new MemoryStorage(POLICIES));
    expect(await several.send('/health/ready')).toMatchObject({ status: 200, body: { ready: true, revision: 1 } });
    expect(await several.send('/health/live')).toMatchObject({ status: 200 });
    const { text } = await several.send('/openapi.json');
    expect(Object.keys((JSON.parse(text) as { paths: object }).paths)).toContain('/v1/policies/{uid}');
    expect(await several.send('/v1/policies/readers')).toMatchObject({ status: 200, body: { uid: 'readers' } });
    const nobody = { authorization: 'Bearer nobody' };
    expect(await several.send('/v1/policies/readers', { headers: nobody })).toMatchObject({ status: 401 });
    const unmatched = await several.send('/v1/policies/readers', { method: 'DELETE' });
    expect(unmatched.status).toBe(428);
    expect(await several.send('/nothing')).toMatchObject({ status: 404 });
  });

  it('counts what all threads did', async () => {
    const several = await severalThreads(new MemoryStorage(POLICIES));
    const asked = 40;
    const answers = await Promise.all(Array.from({ length: asked }, () => several.evaluate(PERMITTED)));
    expect(new Set(answers.map(({ thread }) => thread)).size).toBe(2);
    const { text } = await several.send('/metrics');
    const lines = text.split('\n');
    expect(lines).toContain(`cardea_decisions_total{decision="allow"} ${asked}`);
    expect(lines).toContain(`cardea_http_request_duration_seconds_count{route="/access/v1/evaluation"} ${asked}`);
    expect(lines).toContain('cardea_guard_policies 3');
  });

  it('allows nothing while the storage cannot be read, and goes on when it can', async () => {
    const inner = new MemoryStorage(POLICIES);
    let isGone = false;
    const staged: Storage = new StagedStorage(inner, (method) => {
      if (isGone && method !== 'watch') throw new Error('the storage is gone');
    });
    const several = await severalThreads(staged);
    const answersAre = async (status: number): Promise<void> => {
      const agents = [oneConnection(), oneConnection(), oneConnection(), oneConnection()];
      const answers = async (): Promise<readonly number[]> =>
        Promise.all(agents.map(async (agent) => (await several.evaluate(PERMITTED, { agent })).status));
      await expect.poll(answers, { timeout: 10_000 }).toEqual(agents.map(() => status));
    };
    await answersAre(200);
    isGone = true;
    await inner.add(CLOSED);
    await answersAre(503);
    expect(await several.send('/health/ready')).toMatchObject({ status: 503 });
    isGone = false;
    await inner.delete(CLOSED.uid);
    await answersAre(200);
  });

  it('starts a thread again that has ended, and answers nothing wrong meanwhile', async () => {
    const storage = new MemoryStorage(POLICIES);
    const several = await severalThreads(storage);
    const before = await threadsOf(several, 2);
    await expect(several.evaluate(PERMITTED, { headers: { 'x-end-thread': 'now' } })).rejects.toThrow(/hang up|reset/);
    await storage.add(allow({ uid: 'burners', actions: ['burn'], subjects: [any()], resources: [any()] }));
    const burn = { ...PERMITTED, action: { name: 'burn' } };
    const headers = { 'cardea-min-revision': '2' };
    for (const end = performance.now() + 1500; performance.now() < end; ) {
      const answer = await several.evaluate(burn, { headers }).catch(() => undefined);
      if (answer !== undefined) expect(answer).toMatchObject({ status: 200, body: { decision: true } });
    }
    const after = await threadsOf(several, 2);
    expect(after.size).toBe(2);
    expect([...after].filter((thread) => !before.has(thread))).toHaveLength(1);
  });

  it('ends when everybody is answered who asked', async () => {
    const several = await severalThreads(new MemoryStorage(POLICIES));
    const over = new AbortController();
    const statuses: number[] = [];
    const lost: unknown[] = [];
    const caller = async (): Promise<void> => {
      // Each request has a connection of its own, and asks no more once it is told to go elsewhere.
      while (!over.signal.aborted)
        await several.evaluate(PERMITTED).then(
          ({ status }) => statuses.push(status),
          (error: unknown) => lost.push(error),
        );
    };
    const callers = Promise.all([caller(), caller(), caller(), caller()]);
    await setTimeout(200);
    const closed = several.close();
    await setTimeout(50);
    expect((await several.send('/health/ready')).status).toBe(503);
    await setTimeout(100);
    over.abort();
    await callers;
    await closed;
    expect(lost).toEqual([]);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await expect(several.evaluate(PERMITTED)).rejects.toThrow('ECONNREFUSED');
  });
});
