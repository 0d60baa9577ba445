import type { Policy } from '../model/policy.ts';
import type { RecordedChange, Storage } from '../ports/storage.ts';
import { same } from './assertions.ts';
import { policyOf, type StorageCase } from './storage-case.ts';

const WRITERS = 20;
const TIMES = 3;

/** What holds when many write at once, each through a storage object of its own where there can be several. */
export const raceCases: readonly StorageCase[] = [
  {
    rule: 'twenty writers that count up by ifRevision lose no update, and no revision is left out or made twice',
    run: async (storage, another) => {
      await storage.add({ ...policyOf('counter'), priority: 0 });
      const start = await storage.revision();
      const writers = await writersOn(storage, another);
      const revisions = (await Promise.all(writers.map(countUp))).flat();
      same((await storage.get('counter'))?.priority, WRITERS * TIMES, 'count');
      same(revisions.sort(byNumber), numbersAfter(start, WRITERS * TIMES), 'revisions');
      await expectChangesToEndInState(storage, start);
    },
  },
  {
    rule: 'of twenty writers that add policies all are there once, each by a revision of its own',
    run: async (storage, another) => {
      const start = await storage.revision();
      const writers = await writersOn(storage, another);
      const added = writers.map(async (writer, at) => {
        for (let time = 0; time < TIMES; time++) await writer.add(policyOf(`w${at}-${time}`));
      });
      await Promise.all(added);
      const uids = (await storage.getAll(1000, 0)).map(({ uid }) => uid);
      same([uids.length, new Set(uids).size], [WRITERS * TIMES, WRITERS * TIMES], 'policies');
      const told = await changesAfter(storage, start);
      if (told === undefined) return;
      same(
        told.map(({ revision }) => revision),
        numbersAfter(start, WRITERS * TIMES),
        'a revision for each',
      );
      same(
        told.map(({ change }) => 'policy' in change && change.policy.uid),
        uids,
        'the order of the storage is that of adding',
      );
    },
  },
  {
    rule: 'the changes after conflicts are those that happened, and end in what the storage has',
    run: async (storage, another) => {
      const start = await storage.revision();
      const writers = await writersOn(storage, another);
      const outcomes = await Promise.all(writers.map((writer, at) => swap(writer, at)));
      const happened = outcomes.flat().sort(byNumber);
      same(happened, numbersAfter(start, happened.length), 'revisions of what was not refused');
      await expectChangesToEndInState(storage, start);
    },
  },
  {
    rule: 'findForInquiry is of one revision, although others write',
    run: async (storage, another) => {
      const inquiry = { subject: 'max', action: 'get', resource: { name: 'book' } };
      await storage.apply([
        { type: 'add', policy: { ...policyOf('t'), slots: ['who'], subjects: [{ $slot: 'who' }] } },
        { type: 'add', policy: policyOf('even') },
        { type: 'link', link: { template: 't', values: { who: 'max' } } },
      ]);
      let writing = true;
      const written = flip(await another(), () => writing);
      // In any case ended: the storage is taken down afterwards.
      const read = readWhile(storage, inquiry).finally(() => (writing = false));
      await Promise.all([read, written]);
    },
  },
];

async function readWhile(storage: Storage, inquiry: Parameters<Storage['findForInquiry']>[0]): Promise<void> {
  for (let at = 0; at < 30; at++) {
    const { policies, links } = await storage.findForInquiry(inquiry);
    const uids = policies.map(({ uid }) => uid);
    const isEven = uids.includes('even');
    same([uids.includes('odd'), links.length], [!isEven, isEven ? 1 : 0], `policies ${uids.join()} and their links`);
  }
}

/** Either the policy `even` is there with a link of `max`, or the policy `odd` without one. */
async function flip(storage: Storage, goesOn: () => boolean): Promise<void> {
  for (let even = true; goesOn(); even = !even) {
    await storage.apply([
      { type: 'delete', uid: even ? 'even' : 'odd' },
      { type: 'add', policy: policyOf(even ? 'odd' : 'even') },
      { type: even ? 'unlink' : 'link', link: { template: 't', values: { who: 'max' } } },
    ]);
    // A storage that never waits would let nobody else have a turn.
    await new Promise<void>((resolve) => void setTimeout(resolve));
  }
}

async function countUp(storage: Storage): Promise<readonly number[]> {
  const revisions: number[] = [];
  for (let attempt = 0; revisions.length < TIMES; attempt++) {
    if (attempt > WRITERS * TIMES * 20) throw new Error('a writer never got its turn');
    const ifRevision = await storage.revision();
    const { priority = 0 } = (await storage.get('counter')) as Policy;
    const policy = { ...policyOf('counter'), priority: priority + 1 };
    const revision = await storage.apply([{ type: 'update', policy }], { ifRevision }).catch(() => undefined);
    if (revision !== undefined) revisions.push(revision);
  }
  return revisions;
}

/** Takes away what it finds and adds something else, as long as nobody else did. */
async function swap(storage: Storage, writer: number): Promise<readonly number[]> {
  const revisions: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const ifRevision = await storage.revision();
    const { policies } = await storage.page({ limit: 2 });
    const added = policyOf(`s${writer}-${time}`);
    const gone = policies.slice(1).map(({ uid }) => ({ type: 'delete', uid }) as const);
    const done = storage.apply([...gone, { type: 'add', policy: added }], { ifRevision });
    const revision = await done.catch(() => undefined);
    if (revision !== undefined) revisions.push(revision);
  }
  return revisions;
}

async function writersOn(storage: Storage, another: () => Promise<Storage>): Promise<readonly Storage[]> {
  const others = await Promise.all(Array.from({ length: 4 }, () => another()));
  const all = [storage, ...others];
  return Array.from({ length: WRITERS }, (_, at) => all[at % all.length] as Storage);
}

async function expectChangesToEndInState(storage: Storage, start: number): Promise<void> {
  const told = await changesAfter(storage, start);
  if (told === undefined) return;
  const policies = new Map<string, Policy>();
  if (start > 0) policies.set('counter', { ...policyOf('counter'), priority: 0 });
  for (const { change } of told) {
    if (change.type === 'delete') policies.delete(change.uid);
    else if ('policy' in change) policies.set(change.policy.uid, change.policy);
  }
  same([...policies.values()], await storage.getAll(1000, 0), 'what the changes end in');
}

/** Undefined where the storage has forgotten them. */
async function changesAfter(storage: Storage, revision: number): Promise<readonly RecordedChange[] | undefined> {
  const since = await storage.changesSince(revision);
  return since.complete ? since.changes : undefined;
}

function numbersAfter(start: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => start + 1 + at);
}

function byNumber(left: number, right: number): number {
  return left - right;
}
