import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, touchy } from '../../../test/arbitrary.ts';
import { changeListsArb, changesOf, type DraftedList, everythingIn, sortedLinks } from '../../../test/change-lists.ts';
import { decideOver } from '../../../test/decide-over.ts';
import { inquiryOfLink } from '../../../test/inquiry-of-link.ts';
import { MemoryBackend, MemoryDatabase } from '../../../test/memory-backend.ts';
import { allowing, denying } from '../../../test/policies.ts';
import { invalidPolicyFunction } from '../../guard/invalid-policy-function.ts';
import { policyKeyer } from '../../keying/keyer.ts';
import type { Policy } from '../../model/policy.ts';
import type { Storage } from '../../ports/storage.ts';
import { defaultChecker, regexChecker, rulesChecker } from '../../syntax/checkers.ts';
import { functionTable } from '../../syntax/functions/table.ts';
import { listOf } from '../../testing/assertions.ts';
import { storageSuite } from '../../testing/storage-suite.ts';
import { MemoryStorage } from '../memory.ts';
import { StoredStorage, type StoredStorageOptions } from './stored-storage.ts';

const functions = functionTable([touchy]);
const keyer = policyKeyer({ functions });
const template = (uid: string, rest: Partial<Policy> = {}): Policy =>
  allowing(uid, { slots: ['user'], subjects: [{ $slot: 'user' }], ...rest });

function storageOn(database: MemoryDatabase, options: Partial<StoredStorageOptions> = {}): StoredStorage {
  return new StoredStorage(new MemoryBackend(database), { keyer, ...options });
}

for (const tells of [true, false]) {
  const create = () => {
    const database = new MemoryDatabase();
    const all: StoredStorage[] = [];
    const another = (): StoredStorage => {
      const storage = new StoredStorage(new MemoryBackend(database, { tells }), { keyer: policyKeyer() });
      all.push(storage);
      return storage;
    };
    const dispose = async () => void (await Promise.all(all.map((storage) => storage.close())));
    return { storage: another(), another, dispose };
  };
  storageSuite(`StoredStorage over a database that ${tells ? 'tells' : 'is asked'}`, create, { describe, it });
}

/** What a list of changes comes to, as text: the revision or what is wrong. */
async function outcomeOf(storage: Storage, list: DraftedList, stored: readonly Policy[]): Promise<string> {
  return storage.apply(changesOf(list, stored)).then(String, (error: unknown) => String(error));
}

describe('StoredStorage', () => {
  it('stored ≡ memory: refuses, changes and tells what MemoryStorage does', async () => {
    await fc.assert(
      fc.asyncProperty(changeListsArb, async (lists) => {
        const memory = new MemoryStorage();
        const stored = storageOn(new MemoryDatabase());
        for (const list of lists) {
          const before = await memory.getAll(1000, 0);
          expect(await outcomeOf(stored, list, before)).toBe(await outcomeOf(memory, list, before));
        }
        const [expected, actual] = [await everythingIn(memory), await everythingIn(stored)];
        expect(JSON.stringify(actual.policies)).toBe(JSON.stringify(expected.policies));
        expect(sortedLinks(actual.links)).toEqual(sortedLinks(expected.links));
        expect(JSON.stringify(await stored.changesSince(0))).toBe(JSON.stringify(await memory.changesSince(0)));
      }),
    );
  });

  it('candidates-are-a-superset: deciding over candidates is deciding over everything', async () => {
    const reading = functionTable([touchy, invalidPolicyFunction]);
    const checkerArb = fc.constantFrom(defaultChecker(), rulesChecker(), regexChecker());
    await fc.assert(
      fc.asyncProperty(
        changeListsArb,
        fc.array(inquiryArb, { minLength: 1, maxLength: 4 }),
        checkerArb,
        async (lists, inquiries, checker) => {
          const database = new MemoryDatabase();
          const writer = storageOn(database, { keyer: policyKeyer({ functions: reading, checker }) });
          const stored = storageOn(database, { keyer: policyKeyer({ functions: reading, checker }) });
          for (const list of lists) {
            await outcomeOf(writer, list, await writer.getAll(1000, 0));
            await stored.findForInquiry({});
          }
          const everything = await everythingIn(stored);
          const hitting = inquiries.map((inquiry, at) =>
            inquiryOfLink(inquiry, everything, at, { checker, functions }),
          );
          for (const inquiry of [...inquiries, ...hitting]) {
            const candidates = await stored.findForInquiry(inquiry);
            expect(decideOver(candidates, inquiry, reading, checker)).toEqual(
              decideOver(everything, inquiry, reading, checker),
            );
          }
        },
      ),
    );
  });

  it('reads what an inquiry could need, not everything', async () => {
    const backend = new MemoryBackend(new MemoryDatabase());
    const storage = new StoredStorage(backend, { keyer });
    const users = Array.from({ length: 200 }, (_, at) => `u${at}`);
    await storage.addAll(users.map((user) => allowing(`p-${user}`, { subjects: [user] })));
    await storage.add(template('t'));
    await storage.linkAll(users.map((user) => ({ template: 't', values: { user } })));
    const { policies, links } = await storage.findForInquiry({ subject: 'u7', action: 'get', resource: 'book' });
    expect([policies.map(({ uid }) => uid), links]).toEqual([
      ['p-u7', 't'],
      [{ template: 't', values: { user: 'u7' } }],
    ]);
    expect(backend.read).toBe(3);
  });

  it('gives one link of a template that is unknown for lack of what its links are compared with', async () => {
    const storage = storageOn(new MemoryDatabase());
    await storage.add({ ...template('t'), effect: 'deny' });
    expect(await storage.findForInquiry({})).toMatchObject({ links: [] });
    await storage.linkAll(['x', 'y', 'z'].map((user) => ({ template: 't', values: { user } })));
    expect((await storage.findForInquiry({})).links).toHaveLength(1);
  });

  it('finds links by what their template compares them with now', async () => {
    const storage = storageOn(new MemoryDatabase());
    await storage.add(template('t'));
    await storage.linkAll(['max', 'eva'].map((user) => ({ template: 't', values: { user } })));
    await storage.update(template('t', { subjects: [{ name: { $slot: 'user' } }] }));
    const found = await storage.findForInquiry({ subject: { name: 'eva' } });
    expect(found.links).toEqual([{ template: 't', values: { user: 'eva' } }]);
    expect((await storage.findForInquiry({ subject: 'eva' })).links).toEqual([]);
  });

  it('finds what another process wrote under a shape that it has not heard of', async () => {
    const database = new MemoryDatabase();
    const [own, other] = [storageOn(database), storageOn(database)];
    await own.add(allowing('a', { subjects: ['max'] }));
    await own.findForInquiry({ subject: 'max' });
    await other.add(denying('b', { context: { ip: '::1' } }));
    const { policies } = await own.findForInquiry({ subject: 'max', context: { ip: '::1' } });
    expect(policies.map(({ uid }) => uid)).toEqual(['a', 'b']);
  });

  it('finds everything of a database that was put back and has gone another way since', async () => {
    const database = new MemoryDatabase();
    const storage = storageOn(database);
    await storage.add(allowing('a', { subjects: ['max'] }));
    const { state } = database;
    await storage.add(allowing('b', { context: { ip: '::1' } }));
    await storage.findForInquiry({ context: { ip: '::1' } });
    expect((await storage.get('b'))?.effect).toBe('allow');
    database.state = state;
    await storageOn(database).add(denying('b', { context: { port: 80 } }));
    const { policies } = await storage.findForInquiry({ subject: 'x', context: { port: 80 } });
    expect(policies).toEqual([denying('b', { context: { port: 80 } })]);
    expect((await storage.get('b'))?.effect).toBe('deny');
  });

  it('gives the same frozen policy as long as it is kept, and its documents are what they were', async () => {
    const storage = storageOn(new MemoryDatabase());
    await storage.add({ ...allowing('a'), obligations: [{ deep: [1] }] });
    const [first] = await storage.getAll(1, 0);
    const again = (await storage.findForInquiry({})).policies[0];
    expect(again).toBe(first);
    expect([first, first?.obligations, first?.obligations?.[0]].every(Object.isFrozen)).toBe(true);
    await storage.update(allowing('a'));
    expect(await storage.get('a')).toEqual(allowing('a'));
  });

  it('forgets old changes and says so, but never tells a part of an apply', async () => {
    const storage = storageOn(new MemoryDatabase(), { historySize: 8 });
    for (let at = 0; at < 20; at++) {
      await storage.apply([
        { type: 'add', policy: allowing(`a${at}`) },
        { type: 'add', policy: allowing(`b${at}`) },
      ]);
    }
    const answers = await Promise.all(Array.from({ length: 21 }, (_, revision) => storage.changesSince(revision)));
    const told = answers.map((since) => (since.complete ? since.changes.length : 'forgotten'));
    const known = told.filter((count) => count !== 'forgotten');
    expect(known.length).toBeGreaterThan(4);
    expect(told.indexOf(known[0] as number)).toBeGreaterThan(10);
    expect(known).toEqual(known.map((_, at) => 2 * (known.length - 1 - at)));
  });

  it.each<[string, object, () => Policy]>([
    ['a uid', { uid: 9 }, () => allowing('ä'.repeat(4))],
    ['a document', { document: 99 }, () => allowing('a', { description: 'x'.repeat(100) })],
  ])('refuses %s that the database cannot hold, and writes nothing', async (_what, limits, policy) => {
    const database = new MemoryDatabase();
    const storage = new StoredStorage(new MemoryBackend(database, { limits }), { keyer });
    await expect(storage.add(policy())).rejects.toMatchObject({ code: 'CARDEA_UNSUPPORTED' });
    expect(database.state.head.revision).toBe(0);
  });

  it('takes what is exactly as large as the database can hold', async () => {
    const storage = new StoredStorage(new MemoryBackend(new MemoryDatabase(), { limits: { uid: 10, link: 16 } }), {
      keyer,
    });
    await storage.add(template('ä'.repeat(4)));
    await storage.link({ template: 'ääää', values: { user: 'abcde' } });
    const longer = { template: 'ääää', values: { user: 'abcdef' } };
    await expect(storage.link(longer)).rejects.toThrow('a link of 17 bytes is larger than the 16 that the database');
  });

  it('says which policy is no JSON, although others have written it', async () => {
    const database = new MemoryDatabase();
    const storage = storageOn(database);
    await storage.add(allowing('a'));
    const row = database.state.policies.get('a');
    if (row === undefined) throw new Error('it was added');
    database.state = { ...database.state, policies: new Map([['a', { ...row, document: '{' }]]) };
    await expect(storage.findForInquiry({})).rejects.toMatchObject({
      code: 'CARDEA_IO',
      message: expect.stringContaining('what is stored of policy `a` cannot be read: '),
    });
  });

  it('prepares the database once, and again where that failed', async () => {
    const backend = new MemoryBackend(new MemoryDatabase(), {
      interrupt: () => {
        throw new Error('down');
      },
    });
    const storage = new StoredStorage(backend, { keyer });
    await expect(storage.get('a')).rejects.toThrow('down');
    backend.interrupt = () => undefined;
    await Promise.all([storage.get('a'), storage.revision()]);
    await storage.add(allowing('a'));
    expect(backend.steps.filter((step) => step === 'prepare')).toHaveLength(2);
  });

  it('pages from where it was, whatever others write in between', async () => {
    const storage = storageOn(new MemoryDatabase());
    await storage.addAll(['a', 'b', 'c', 'd'].map((uid) => allowing(uid)));
    const seen: string[] = [];
    for await (const { uid } of storage.retrieveAll(1)) {
      seen.push(uid);
      if (uid === 'b') await storage.delete('a');
      if (uid === 'c') await storage.add(allowing('e'));
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await listOf(storage.retrieveAll(2))).toHaveLength(4);
  });

  it.each(['0', '-1', 'x', '01', 7, null, '1e3'])('refuses %j as a place', async (after) => {
    const page = storageOn(new MemoryDatabase()).page({ after: after as string, limit: 1 });
    await expect(page).rejects.toThrow('after must be `next` of a page');
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to ask every %s milliseconds', (pollMs) => {
    expect(() => storageOn(new MemoryDatabase(), { pollMs })).toThrow('pollMs must be at least 0');
  });
});
