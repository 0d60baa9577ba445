import type { Policy } from '../model/policy.ts';
import type { PolicyChange } from '../ports/storage.ts';
import { refused, same } from './assertions.ts';
import { policyOf, type StorageCase } from './storage-case.ts';

/** What following promises. */
export const followCases: readonly StorageCase[] = [
  {
    rule: 'changesSince the current revision is complete and empty',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      const revision = await storage.revision();
      same(await storage.changesSince(revision), { complete: true, revision, changes: [] }, 'changes');
    },
  },
  {
    rule: 'changesSince tells every change that had an effect, in order, with its revision',
    run: async (storage) => {
      const start = await storage.revision();
      await storage.add(policyOf('a'));
      const added = await storage.revision();
      await storage.update(policyOf('a', 'put'));
      await storage.update(policyOf('nobody'));
      const updated = await storage.revision();
      await storage.delete('a');
      await storage.delete('a');
      const revision = await storage.revision();
      const all = [
        { revision: added, change: { type: 'add', policy: policyOf('a') } },
        { revision: updated, change: { type: 'update', policy: policyOf('a', 'put') } },
        { revision, change: { type: 'delete', uid: 'a' } },
      ];
      same(await storage.changesSince(start), { complete: true, revision, changes: all }, 'since the start');
      same(await storage.changesSince(added), { complete: true, revision, changes: all.slice(1) }, 'since the first');
    },
  },
  {
    rule: 'the changes of one apply are told together, never a part of them',
    run: async (storage) => {
      const start = await storage.revision();
      const changes: PolicyChange[] = [
        { type: 'add', policy: policyOf('a') },
        { type: 'add', policy: policyOf('b') },
        { type: 'delete', uid: 'a' },
      ];
      const revision = await storage.apply(changes);
      const since = await storage.changesSince(start);
      same(since.complete && since.changes.map(({ change }) => change), changes, 'changes');
      same(since.complete && since.changes.every((recorded) => recorded.revision === revision), true, 'one revision');
    },
  },
  {
    rule: 'following by changesSince ends in what getAll gives, or says that it cannot',
    run: async (storage) => {
      const followed = new Map<string, Policy>();
      let at = await storage.revision();
      for (let step = 0; step < 30; step++) {
        await storage.apply(changesOfStep(step));
        if (step % 4 !== 3) continue;
        const since = await storage.changesSince(at);
        at = since.revision;
        if (!since.complete) return;
        for (const { change } of since.changes) replay(followed, change);
        same(byUid([...followed.values()]), byUid(await storage.getAll(1000, 0)), `step ${step}`);
      }
    },
  },
  {
    rule: 'changesSince a revision that never was is not complete',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      const revision = await storage.revision();
      same(await storage.changesSince(revision + 100), { complete: false, revision }, 'a later revision');
      await refused(() => storage.changesSince(0.5), 'CARDEA_INVALID_ARGUMENT', 'no whole number');
    },
  },
  {
    rule: 'watch tells of a change made through this object before its promise is settled',
    run: async (storage) => {
      const heard: number[] = [];
      const stop = storage.watch((revision) => heard.push(revision));
      await storage.add(policyOf('a'));
      same(heard, [await storage.revision()], 'after add');
      await storage.apply([
        { type: 'update', policy: policyOf('a', 'put') },
        { type: 'add', policy: policyOf('b') },
      ]);
      same(heard.at(-1), await storage.revision(), 'after apply');
      await storage.delete('a');
      same(heard.at(-1), await storage.revision(), 'after delete');
      stop();
    },
  },
  {
    rule: 'watch is silent about what was refused or had no effect',
    run: async (storage) => {
      await storage.add(policyOf('a'));
      const heard: number[] = [];
      const stop = storage.watch((revision) => heard.push(revision));
      await storage.update(policyOf('nobody'));
      await storage.delete('nobody');
      await storage.apply([]);
      await refused(() => storage.add(policyOf('a')), 'CARDEA_POLICY_EXISTS', 'second add');
      stop();
      same(heard, [], 'heard');
    },
  },
  {
    rule: 'watch stops when told, for this registration only',
    run: async (storage) => {
      let heard = 0;
      const listener = (): void => void heard++;
      const [stop, stopOther] = [storage.watch(listener), storage.watch(listener)];
      stop();
      stop();
      await storage.add(policyOf('a'));
      same(heard, 1, 'the other registration');
      stopOther();
      await storage.delete('a');
      same(heard, 1, 'none');
    },
  },
  {
    rule: 'a listener that throws breaks neither the writer nor the other listeners',
    run: async (storage) => {
      const heard: number[] = [];
      const stops = [
        storage.watch(() => {
          throw new Error('a listener failed');
        }),
        storage.watch((revision) => heard.push(revision)),
      ];
      await storage.add(policyOf('a'));
      for (const stop of stops) stop();
      same(await storage.get('a'), policyOf('a'), 'stored');
      same(heard.length, 1, 'the other listener');
    },
  },
];

function changesOfStep(step: number): readonly PolicyChange[] {
  const uid = `p${step % 5}`;
  const policy = policyOf(uid, `act${step}`);
  if (step % 3 === 2) return [{ type: 'delete', uid }];
  return [
    { type: 'delete', uid },
    { type: 'add', policy },
    { type: 'update', policy: { ...policy, priority: step } },
  ];
}

function replay(policies: Map<string, Policy>, change: PolicyChange): void {
  if (change.type === 'delete') policies.delete(change.uid);
  else if ('policy' in change) policies.set(change.policy.uid, change.policy);
}

function byUid(policies: readonly Policy[]): Readonly<Record<string, Policy>> {
  return Object.fromEntries(policies.map((policy) => [policy.uid, policy]));
}
