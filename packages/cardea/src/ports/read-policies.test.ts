import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { StagedStorage } from '../../test/staged-storage.ts';
import { linkUid, type PolicyLink } from '../model/link.ts';
import type { Policy } from '../model/policy.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { listOf } from '../testing/assertions.ts';
import { readStorage, replay, type StorageReceiver } from './read-policies.ts';
import type { PolicyChange, Storage } from './storage.ts';

const plain: Policy = { uid: 'a', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['book'] };
const template = (uid: string, slot: string): Policy => ({ ...plain, uid, slots: [slot], subjects: [{ $slot: slot }] });
const link = (uid: string, slot: string, value: string): PolicyLink => ({ template: uid, values: { [slot]: value } });

/** Keeps what it is told, as a guard does: links that do not fit are left out. */
class Mirror implements StorageReceiver {
  #policies = new Map<string, Policy>();
  #links = new Map<string, PolicyLink>();

  policies({ policies }: { readonly policies: Map<string, Policy> }): void {
    this.#policies = new Map(policies);
    this.#links = new Map();
  }

  links(links: readonly PolicyLink[]): void {
    for (const each of links) this.#change({ type: 'link', link: each });
  }

  changes(changes: readonly { readonly change: PolicyChange }[]): void {
    for (const { change } of changes) this.#change(change);
  }

  get state(): unknown {
    return [[...this.#policies], [...this.#links.keys()].sort()];
  }

  #change(change: PolicyChange): void {
    replay(this.#policies, change);
    if (change.type === 'delete')
      for (const [uid, { template: of }] of this.#links) if (of === change.uid) this.#links.delete(uid);
    if (change.type !== 'link' && change.type !== 'unlink') return;
    const uid = linkUid(change.link.template, Object.values(change.link.values));
    const fits = this.#policies.get(change.link.template)?.slots?.join() === Object.keys(change.link.values).join();
    if (change.type === 'link' && fits) this.#links.set(uid, change.link);
    if (change.type === 'unlink') this.#links.delete(uid);
  }
}

async function stateOf(storage: Storage): Promise<unknown> {
  const links = await listOf(storage.retrieveLinks());
  const uids = links.map(({ template: of, values }) => linkUid(of, Object.values(values)));
  return [(await storage.getAll(100, 0)).map((policy) => [policy.uid, policy]), uids.sort()];
}

const changeArb: fc.Arbitrary<PolicyChange> = fc
  .tuple(fc.constantFrom('t', 'u', 'v', 'w'), fc.constantFrom('s', 'r'), fc.constantFrom('x', 'y', 'z'), fc.nat(9))
  .map(([uid, slot, value, kind]) => {
    if (kind < 2) return { type: 'add', policy: template(uid, slot) };
    if (kind < 3) return { type: 'update', policy: template(uid, slot) };
    if (kind < 4) return { type: 'delete', uid };
    return { type: kind < 8 ? 'link' : 'unlink', link: link(uid, slot, value) };
  });

test('storage-is-read-at-one-revision: policies and links, although others write between any two calls', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(changeArb, { maxLength: 20 }),
      fc.array(changeArb, { maxLength: 12 }),
      async (before, meanwhile) => {
        const inner = new MemoryStorage();
        const write = (change: PolicyChange): Promise<unknown> => inner.apply([change]).catch(() => undefined);
        for (const change of before) await write(change);
        const writes = [...meanwhile];
        const staged = new StagedStorage(inner, async () => {
          const change = writes.shift();
          if (change !== undefined) await write(change);
        });
        // However many are asked for at a time: the list moves between any two.
        const retrieve = staged.retrieveAll.bind(staged);
        staged.retrieveAll = () => retrieve(1);
        const mirror = new Mirror();
        const revision = await readStorage(staged, mirror);
        const since = await inner.changesSince(revision);
        if (since.complete) mirror.changes(since.changes);
        expect([since.complete, mirror.state]).toEqual([true, await stateOf(inner)]);
      },
    ),
  );
});

it('reads anew where the storage has forgotten what happened meanwhile, and gives up at last', async () => {
  let writes = 4;
  const inner = new MemoryStorage([template('t', 's')], { historySize: 0, links: [link('t', 's', 'x')] });
  const staged = new StagedStorage(inner, async (method) => {
    if (method === 'retrieveLinks' && writes-- > 0) await inner.link(link('t', 's', `${writes}`));
  });
  const mirror = new Mirror();
  await expect(readStorage(staged, mirror)).rejects.toMatchObject({ code: 'CARDEA_IO' });
  await readStorage(staged, mirror);
  expect(mirror.state).toEqual(await stateOf(inner));
});
