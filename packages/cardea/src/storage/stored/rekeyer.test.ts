import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb } from '../../../test/arbitrary.ts';
import { changeListsArb, changesOf, everythingIn } from '../../../test/change-lists.ts';
import { decideOver } from '../../../test/decide-over.ts';
import { MemoryBackend, MemoryDatabase } from '../../../test/memory-backend.ts';
import { allowing } from '../../../test/policies.ts';
import { recordingLogger } from '../../../test/recording-logger.ts';
import { invalidPolicyFunction } from '../../guard/invalid-policy-function.ts';
import { policyKeyer } from '../../keying/keyer.ts';
import type { Policy } from '../../model/policy.ts';
import { exactChecker, regexChecker } from '../../syntax/checkers.ts';
import { functionTable } from '../../syntax/functions/table.ts';
import { StoredStorage } from './stored-storage.ts';

const own = policyKeyer();
const foreign = policyKeyer({ checker: exactChecker() });
const max = { subject: 'max', action: 'get', resource: 'book' };
const template: Policy = allowing('t', { slots: ['user'], subjects: [{ $slot: 'user' }] });
const links = Array.from({ length: 10 }, (_, at) => ({ template: 't', values: { user: `u${at}` } }));

/** A database with policies and links whose keys are of another keyer, and how many rows an inquiry reads. */
async function ofAnother() {
  const database = new MemoryDatabase();
  const other = new StoredStorage(new MemoryBackend(database), { keyer: foreign });
  await other.addAll(['a', 'b', 'max'].map((uid) => allowing(uid, { subjects: [uid] })));
  await other.add(template);
  await other.linkAll(links);
  await other.add(allowing('z', { subjects: ['z'] }));
  const { logger, lines } = recordingLogger();
  const backend = new MemoryBackend(database);
  const storage = new StoredStorage(backend, { keyer: own, logger });
  const rowsRead = async (): Promise<number> => {
    const before = backend.read;
    await storage.findForInquiry(max);
    return backend.read - before;
  };
  return { database, backend, storage, other, rowsRead, lines };
}

const EVERYTHING = 15;

describe('keys of another keyer', () => {
  it('are not relied on: everything is read, and the logger told once', async () => {
    const { rowsRead, lines } = await ofAnother();
    expect([await rowsRead(), await rowsRead()]).toEqual([EVERYTHING, EVERYTHING]);
    expect(lines).toMatchObject([
      {
        level: 'warn',
        fields: { stored: foreign.name, keyer: own.name },
        message: 'the keys of the storage are of another keyer, so that all policies are read: rekey it',
      },
    ]);
  });

  it('are not mixed with: what this one writes is found by both', async () => {
    const { storage, other } = await ofAnother();
    await storage.add(allowing('new', { subjects: ['nobody'] }));
    await storage.link({ template: 't', values: { user: 'new' } });
    await storage.update({ ...template, subjects: [{ name: { $slot: 'user' } }] });
    const found = await other.findForInquiry({ ...max, subject: { name: 'u3' } });
    expect(found.policies.map(({ uid }) => uid)).toEqual(['t', 'new']);
    expect(found.links).toHaveLength(11);
  });

  it.each([1, 3, 1000])('are written again by rekey, %i at a time, once', async (batch) => {
    const { storage, rowsRead, database } = await ofAnother();
    const told: number[] = [];
    await storage.rekey({ batch, onProgress: (done) => void told.push(done) });
    expect([told.at(-1), await rowsRead()]).toEqual([EVERYTHING, 1]);
    const { revision } = database.state.head;
    await storage.rekey();
    expect(database.state.head.revision).toBe(revision);
    expect(await storage.changesSince(revision - 1)).toMatchObject({ complete: true, changes: [] });
  });

  it('written again in part are not relied on, and the next process goes on where the last ended', async () => {
    const { storage, rowsRead, other, backend } = await ofAnother();
    const ended = storage.rekey({ batch: 2, onProgress: (done) => (done < 8 ? undefined : Promise.reject(ENDED)) });
    await expect(ended).rejects.toBe(ENDED);
    expect([await rowsRead(), (await other.findForInquiry(max)).policies]).toMatchObject([EVERYTHING, { length: 5 }]);
    const told: number[] = [];
    await new StoredStorage(backend, { keyer: own }).rekey({ onProgress: (done) => void told.push(done) });
    expect([told.at(-1), await rowsRead()]).toEqual([EVERYTHING - 8, 1]);
  });

  it('that others left while they were written again are written the next time', async () => {
    const { storage, other, rowsRead } = await ofAnother();
    let count = 0;
    await storage.rekey({
      batch: 4,
      onProgress: () => (count++ > 0 ? undefined : other.update(allowing('a', NOBODY))),
    });
    expect(await rowsRead()).toBe(2);
    await storage.rekey();
    expect(await rowsRead()).toBe(1);
  });

  it('can be written again while a template that is being done is deleted', async () => {
    const { storage, rowsRead } = await ofAnother();
    await storage.rekey({ batch: 3, onProgress: (done) => (done === 7 ? storage.delete('t') : undefined) });
    expect(await rowsRead()).toBe(1);
    expect((await storage.findForInquiry({ ...max, subject: 'z' })).policies).toHaveLength(1);
  });

  it('of a later version of the library are not relied on', async () => {
    const { database, rowsRead, storage } = await ofAnother();
    const { state } = database;
    database.state = { ...state, head: { ...state.head, keyer: '{"later":1}' } };
    expect(await rowsRead()).toBe(EVERYTHING);
    await storage.rekey();
    expect(await rowsRead()).toBe(1);
  });

  it('leave no shape behind that nobody can read any more', async () => {
    const { database, storage, rowsRead } = await ofAnother();
    const { state } = database;
    database.state = { ...state, shapes: new Set(['[999,"later"]']) };
    await storage.rekey();
    expect(await rowsRead()).toBe(1);
    expect([...database.state.shapes].filter((shape) => shape.includes('later'))).toEqual([]);
  });

  it('written by other means are found by every inquiry where the policy is none', async () => {
    const { database, storage, rowsRead } = await ofAnother();
    const policies = new Map(database.state.policies);
    const row = policies.get('a');
    if (row === undefined) throw new Error('it was added');
    policies.set('a', { ...row, document: JSON.stringify({ ...allowing('a', NOBODY), unknown: 1 }) });
    database.state = { ...database.state, policies };
    await storage.rekey();
    expect(await rowsRead()).toBe(2);
  });

  it('candidates-are-a-superset: also at every step of writing keys again, and after', async () => {
    const functions = functionTable([invalidPolicyFunction]);
    const checker = regexChecker();
    await fc.assert(
      fc.asyncProperty(changeListsArb, changeListsArb, inquiryArb, async (before, after, inquiry) => {
        const database = new MemoryDatabase();
        const on = (keyer: typeof own): StoredStorage => new StoredStorage(new MemoryBackend(database), { keyer });
        const [first, second] = [on(foreign), on(policyKeyer({ functions, checker }))];
        const write = async (storage: StoredStorage, list: (typeof before)[number] | undefined): Promise<void> => {
          if (list === undefined) return;
          await storage.apply(changesOf(list, await storage.getAll(1000, 0))).catch(() => undefined);
        };
        const check = async (): Promise<void> => {
          const everything = await everythingIn(second);
          const candidates = await second.findForInquiry(inquiry);
          const [found, all] = [candidates, everything].map((given) => decideOver(given, inquiry, functions, checker));
          expect(found).toEqual(all);
        };
        for (const list of before) await write(first, list);
        let step = 0;
        await second.rekey({
          batch: 1,
          onProgress: async () => {
            await check();
            await write(step % 2 === 0 ? first : second, after[step++]);
          },
        });
        await check();
      }),
      { numRuns: 150 },
    );
  });
});

const ENDED = new Error('ended');
const NOBODY = { subjects: ['nobody'] };
