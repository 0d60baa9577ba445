import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeListsArb, changesOf, type DraftedList, everythingIn, sortedLinks } from '../../../test/change-lists.ts';
import { type Interruption, MemoryBackend, MemoryDatabase } from '../../../test/memory-backend.ts';
import { allowing } from '../../../test/policies.ts';
import { replayed } from '../../../test/replayed.ts';
import { policyKeyer } from '../../keying/keyer.ts';
import { isCardeaError } from '../../errors.ts';
import type { Storage } from '../../ports/storage.ts';
import { MemoryStorage } from '../memory.ts';
import { StoredStorage } from './stored-storage.ts';

const keyer = policyKeyer();

/** Fails at some of the steps, before or after what they do, and lets others go first at the rest. */
function failingAt(steps: readonly number[]): Interruption {
  let step = 0;
  return async () => {
    step += 1;
    if (steps.includes(step)) throw new Error('connection lost');
    await Promise.resolve();
  };
}

async function expectConsistent(database: MemoryDatabase): Promise<void> {
  const storage = new StoredStorage(new MemoryBackend(database), { keyer });
  const [held, told] = [await everythingIn(storage), await everythingIn(await replayed(storage))];
  expect(held.policies).toEqual(told.policies);
  expect(sortedLinks(held.links)).toEqual(sortedLinks(told.links));
  expect(held.revision).toBe(told.revision);
}

describe('StoredStorage over a database that fails', () => {
  it('nothing-half-written: after a failure at any step the whole list is there, or nothing of it', async () => {
    const faultsArb = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(changeListsArb, faultsArb, async (lists, faults) => {
        const database = new MemoryDatabase();
        const backend = new MemoryBackend(database, { interrupt: failingAt(faults) });
        const storage = new StoredStorage(backend, { keyer });
        const model = new MemoryStorage();
        for (const list of lists) await attempt(storage, model, database, list);
        const held = await everythingIn(new StoredStorage(new MemoryBackend(database), { keyer }));
        const expected = await everythingIn(model);
        expect(JSON.stringify(held.policies)).toBe(JSON.stringify(expected.policies));
        expect(sortedLinks(held.links)).toEqual(sortedLinks(expected.links));
        await expectConsistent(database);
      }),
      { numRuns: 300 },
    );
  });

  /** Makes a list of changes, and in the model too where it is found to have been made. */
  async function attempt(
    storage: Storage,
    model: MemoryStorage,
    database: MemoryDatabase,
    list: DraftedList,
  ): Promise<void> {
    const changes = changesOf(list, await model.getAll(1000, 0));
    const before = database.state.head.revision;
    const made = await storage.apply(changes).then(
      () => true,
      (error: unknown) => {
        if (isCardeaError(error)) return false;
        expect(error).toEqual(new Error('connection lost'));
        return database.state.head.revision > before;
      },
    );
    if (made) await model.apply(changes);
  }

  it('no-lost-update: many processes that count up by ifRevision come to the sum, through failures too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 4, max: 80 }), { maxLength: 8 }), async (faults) => {
        const database = new MemoryDatabase();
        await new StoredStorage(new MemoryBackend(database), { keyer }).add(allowing('counter', { priority: 0 }));
        const counts = await Promise.all(
          Array.from({ length: 4 }, (_, at) => {
            const interrupt = failingAt(faults.filter((fault) => fault % 4 === at));
            const storage = new StoredStorage(new MemoryBackend(database, { interrupt }), { keyer });
            return countUp(storage, 5);
          }),
        );
        const stored = database.state.policies.get('counter')?.document ?? '{}';
        const { priority } = JSON.parse(stored) as { priority: number };
        const [least, most] = [counts.map(([sure]) => sure), counts.map(([, maybe]) => maybe)].map((all) =>
          all.reduce((sum, count) => sum + count, 0),
        );
        expect(priority).toBeGreaterThanOrEqual(least as number);
        expect(priority).toBeLessThanOrEqual(most as number);
        expect(database.state.head.revision).toBe(priority + 1);
        await expectConsistent(database);
      }),
      { numRuns: 50 },
    );
  });

  /** @returns how often it surely counted, and how often at most: the answer to a write may be lost */
  async function countUp(storage: Storage, times: number): Promise<readonly [number, number]> {
    let [sure, maybe] = [0, 0];
    for (let attempts = 0; sure < times && attempts < 200; attempts++) {
      try {
        const ifRevision = await storage.revision();
        const { priority = 0 } = (await storage.get('counter')) ?? {};
        const policy = allowing('counter', { priority: priority + 1 });
        await storage.apply([{ type: 'update', policy }], { ifRevision });
        sure += 1;
      } catch (error) {
        if (!isCardeaError(error)) maybe += 1;
      }
    }
    return [sure, sure + maybe];
  }

  it('retries what others were quicker with, and refuses what was meant for one revision', async () => {
    const database = new MemoryDatabase();
    const other = new StoredStorage(new MemoryBackend(database), { keyer });
    let races = 3;
    let others = 0;
    const interrupt: Interruption = async (step, when) => {
      if (step === 'commit' && when === 'before' && races-- > 0) await other.add(allowing(`other${++others}`));
    };
    const backend = new MemoryBackend(database, { interrupt });
    const storage = new StoredStorage(backend, { keyer });
    await storage.add(allowing('own'));
    expect(backend.steps.filter((step) => step === 'commit')).toHaveLength(4);
    races = 1;
    const late = storage.apply([{ type: 'delete', uid: 'own' }], { ifRevision: await storage.revision() });
    await expect(late).rejects.toMatchObject({ code: 'CARDEA_CONFLICT' });
    expect((await storage.getAll(10, 0)).map(({ uid }) => uid)).toEqual([
      'other1',
      'other2',
      'other3',
      'own',
      'other4',
    ]);
  });

  it('gives up where others come first for half a minute', async () => {
    const backend = new MemoryBackend(new MemoryDatabase());
    backend.commit = () => Promise.resolve(false);
    let now = 0;
    const clock = { now: () => now, elapsed: () => (now += 6_000) };
    const storage = new StoredStorage(backend, { keyer, clock });
    await expect(storage.add(allowing('a'))).rejects.toMatchObject({
      code: 'CARDEA_CONFLICT',
      message: 'other writers came first at every attempt of half a minute',
    });
  });

  it('reads one revision, although others write under new shapes at every turn', async () => {
    const database = new MemoryDatabase();
    const other = new StoredStorage(new MemoryBackend(database), { keyer });
    await other.add(allowing('a', { subjects: ['max'] }));
    let count = 0;
    const interrupt: Interruption = async (step, when) => {
      if (step !== 'candidates' || when === 'after') return;
      count += 1;
      await other.add(allowing(`x${count}`, { context: { [`n${count}`]: 1 } }));
    };
    const storage = new StoredStorage(new MemoryBackend(database, { interrupt }), { keyer });
    const { revision, policies } = await storage.findForInquiry({ subject: 'max' });
    expect(policies.map(({ uid }) => uid)).toContain('a');
    expect(revision).toBe(database.state.head.revision);
    expect(count).toBe(6);
  });
});
