import { describe, expect, it } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { everythingIn, sortedLinks } from '../../../test/change-lists.ts';
import { interruptedMongo, type MongoInterruption } from '../../../test/interrupted-mongo.ts';
import { MongoModel } from '../../../test/mongo-model.ts';
import { MongoTestDatabase } from '../../../test/mongo-servers.ts';
import { allowing } from '../../../test/policies.ts';
import type { Policy } from '../../model/policy.ts';
import type { PolicyChange, Storage } from '../../ports/storage.ts';
import { MemoryStorage } from '../memory.ts';
import type { StoredStorage } from '../stored/stored-storage.ts';
import type { MongoDatabase } from './client.ts';
import { mongoStorage } from './mongo-storage.ts';

type When = 'before' | 'after';
const WHEN: readonly When[] = ['before', 'after'];

const template = (uid: string, rest: Partial<Policy>): Policy => allowing(uid, { slots: ['who'], ...rest });
const link = (template: string, who: string) => ({ template, values: { who } });

/** What there is before each round. */
const BEGINNING: readonly PolicyChange[] = [
  { type: 'add', policy: allowing('stays', { priority: 0 }) },
  { type: 'add', policy: allowing('goes') },
  { type: 'add', policy: template('rebound', { subjects: [{ $slot: 'who' }] }) },
  { type: 'add', policy: template('falls', { subjects: [{ $slot: 'who' }] }) },
  ...['rebound', 'falls'].flatMap((uid) =>
    ['max', 'eva'].map((who) => ({ type: 'link' as const, link: link(uid, who) })),
  ),
];

/** A list that does everything that a list can do: each kind of removal among it. */
function everyKind(round: number): readonly PolicyChange[] {
  return [
    { type: 'delete', uid: 'goes' },
    { type: 'add', policy: allowing('goes', { priority: round }) },
    { type: 'update', policy: allowing('stays', { priority: round }) },
    { type: 'unlink', link: link('rebound', 'eva') },
    { type: 'link', link: link('rebound', `tom${round}`) },
    { type: 'update', policy: template('rebound', { resources: [{ $slot: 'who' }] }) },
    { type: 'delete', uid: 'falls' },
  ];
}

/** Makes what `everyKind` needs again. */
function backToBeginning(round: number): readonly PolicyChange[] {
  return [
    { type: 'update', policy: template('rebound', { subjects: [{ $slot: 'who' }] }) },
    { type: 'unlink', link: link('rebound', `tom${round}`) },
    { type: 'link', link: link('rebound', 'eva') },
    { type: 'add', policy: template('falls', { subjects: [{ $slot: 'who' }] }) },
    { type: 'link', link: link('falls', 'max') },
    { type: 'link', link: link('falls', 'eva') },
  ];
}

async function expectSame(storage: Storage, model: Storage): Promise<void> {
  const [held, expected] = [await everythingIn(storage), await everythingIn(model)];
  expect(held.policies).toEqual(expected.policies);
  expect(sortedLinks(held.links)).toEqual(sortedLinks(expected.links));
  expect(held.revision).toBe(expected.revision);
  const inquiry = { subject: 'max', action: 'get', resource: 'eva' };
  const found = await storage.findForInquiry(inquiry);
  const uids = new Set(expected.policies.map(({ uid }) => uid));
  expect(found.policies.filter(({ uid }) => !uids.has(uid))).toEqual([]);
}

/** Lets statements through until one is told to wait, or the process is gone. */
class Victim {
  readonly storage: StoredStorage;
  #statement = 0;
  #at = 0;
  #when: When = 'before';
  #stop: () => void | Promise<void> = () => undefined;
  /** Whether the statement was reached. */
  reached = false;

  constructor(database: MongoDatabase) {
    const interrupt: MongoInterruption = (_statement, when) => {
      if (when === 'before') this.#statement += 1;
      const isThere =
        this.#statement > this.#at || (this.#statement === this.#at && (when === this.#when || when === 'after'));
      if (this.#at === 0 || !isThere) return undefined;
      this.reached = true;
      return this.#stop();
    };
    this.storage = mongoStorage(interruptedMongo(database, interrupt), { atomicity: 'commits', historySize: 4 });
  }

  async stopAt(at: number, when: When, stop: () => void | Promise<void>): Promise<void> {
    await this.storage.revision();
    this.#statement = 0;
    this.#at = at;
    this.#when = when;
    this.#stop = stop;
  }

  letThrough(): void {
    this.#at = 0;
  }
}

function gone(): never {
  throw new Error('the process is gone');
}

/** Each statement of a list of changes, by its number, or every so many of them. */
async function eachStatement(
  rounds: (at: number, when: When, round: number) => Promise<boolean>,
  stride = 1,
): Promise<number> {
  let round = 0;
  for (let at = 1; ; at += stride) {
    for (const when of WHEN) if (!(await rounds(at, when, ++round))) return at - 1;
  }
}

interface Opened {
  readonly connect: () => MongoDatabase;
  readonly dispose: () => Promise<void>;
}

/** Every test of faults, on what may be a server or a model of one. */
function faults(open: () => Opened, stride?: number): void {
  const settings = { atomicity: 'commits', historySize: 4 } as const;

  it('a process that is gone at any statement leaves all of its list or nothing, and others go on without a gap', async () => {
    const { connect, dispose } = open();
    try {
      const model = new MemoryStorage();
      const healthy = mongoStorage(connect(), settings);
      await Promise.all([healthy, model].map((storage) => storage.apply(BEGINNING)));
      const database = connect();
      const statements = await eachStatement(async (at, when, round) => {
        const victim = new Victim(database);
        await victim.stopAt(at, when, gone);
        const before = await model.revision();
        await victim.storage.apply(everyKind(round)).catch((error: unknown) => {
          expect(String(error)).toContain('the process is gone');
        });
        const other = mongoStorage(database, settings);
        // A reader is the first to come in one round, a writer in the next.
        if (round % 2 === 0) await other.apply([{ type: 'link', link: link('rebound', 'first') }]);
        const own = await other.revision();
        const isMade = own - (round % 2 === 0 ? 1 : 0) > before;
        if (isMade) await model.apply(everyKind(round));
        if (round % 2 === 0) await model.apply([{ type: 'link', link: link('rebound', 'first') }]);
        await expectSame(other, model);
        const rest: PolicyChange[] = [...(isMade ? backToBeginning(round) : [])];
        if (round % 2 === 0) rest.push({ type: 'unlink', link: link('rebound', 'first') });
        if (rest.length > 0) await Promise.all([other, model].map((storage) => storage.apply(rest)));
        await expectSame(healthy, model);
        return victim.reached;
      }, stride);
      expect(statements).toBeGreaterThan(20);
    } finally {
      await dispose();
    }
  });

  it('a process that is slow at any statement brings nothing back and takes nothing newer away', async () => {
    const { connect, dispose } = open();
    try {
      const model = new MemoryStorage();
      const healthy = mongoStorage(connect(), settings);
      await Promise.all([healthy, model].map((storage) => storage.apply(BEGINNING)));
      const database = connect();
      const statements = await eachStatement(async (at, when, round) => {
        const victim = new Victim(database);
        let others: Promise<void> | undefined;
        let wasMade = false;
        // All that others do meanwhile happens while this one statement waits.
        await victim.stopAt(at, when, () => (others ??= meanwhile()));
        const meanwhile = async (): Promise<void> => {
          const other = mongoStorage(database, settings);
          wasMade = (await other.revision()) > (await model.revision());
          if (wasMade) await model.apply(everyKind(round));
          const changes = wasMade ? backToBeginning(round) : everyKind(round + 1000);
          for (const storage of [other, model]) {
            await storage.apply(changes);
            if (!wasMade) await storage.apply(backToBeginning(round + 1000));
            await storage.apply([{ type: 'link', link: link('falls', `last${round}`) }]);
          }
          await expectSame(other, model);
        };
        await victim.storage.apply(everyKind(round));
        victim.letThrough();
        // What goes wrong after the commit concerns nobody who writes.
        await others;
        if (!wasMade) await model.apply(everyKind(round));
        await expectSame(healthy, model);
        await expectSame(victim.storage, model);
        if (!wasMade) for (const storage of [healthy, model]) await storage.apply(backToBeginning(round));
        return victim.reached;
      }, stride);
      expect(statements).toBeGreaterThan(20);
    } finally {
      await dispose();
    }
  });
}

describe('mongoStorage on a model of a standalone server', () => {
  faults(() => {
    const model = new MongoModel({ isReplicaSet: false });
    return { connect: () => model.connect(), dispose: () => Promise.resolve() };
  });

  it('what processes left that are gone is removed by who comes next', async () => {
    const model = new MongoModel({ isReplicaSet: false });
    const database = model.connect();
    await mongoStorage(database).apply(BEGINNING);
    await eachStatement(async (at, when, round) => {
      const victim = new Victim(database);
      await victim.stopAt(at, when, gone);
      await victim.storage.add(allowing(`a${round}`)).catch(() => undefined);
      return victim.reached;
    });
    // Where the last attempt was not made, its number is still free.
    await mongoStorage(database).add(allowing('last'));
    const { policies } = await everythingIn(mongoStorage(database));
    expect([model.count('cardea_policies'), model.count('cardea_log')]).toEqual([policies.length, 0]);
  });
});

describeService('mongodb', 'mongoStorage on a server', (url) => {
  // A server takes its time: the model has every statement.
  faults(() => {
    const database = new MongoTestDatabase(url, 'faults');
    return { connect: () => database.connect(), dispose: () => database.drop() };
  }, 6);
});
