import fc from 'fast-check';
import { canonicalJson, type Scalar } from '../src/ast/json.ts';
import type { PolicyLink } from '../src/model/link.ts';
import type { Policy } from '../src/model/policy.ts';
import type { Candidates, PolicyChange, Storage } from '../src/ports/storage.ts';
import { policyArb, slotValueArb, templateArb } from './arbitrary.ts';

/** A change of which the links are not made yet: their slots are those that the template has by then. */
type DraftedChange =
  | { readonly type: 'add' | 'update'; readonly uid: string; readonly policy: Policy }
  | { readonly type: 'delete'; readonly uid: string }
  | { readonly type: 'link' | 'unlink'; readonly uid: string; readonly values: readonly Scalar[] };

export type DraftedList = readonly DraftedChange[];

/** Few, so that changes meet. */
const uidArb = fc.constantFrom('a', 'b', 'c', 'd');
const anyPolicyArb = fc.oneof(policyArb, templateArb);
/** More than any template has slots. */
const valuesArb = fc.array(slotValueArb, { minLength: 9, maxLength: 9 });

const changeArb: fc.Arbitrary<DraftedChange> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('add'), uid: uidArb, policy: anyPolicyArb }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('update'), uid: uidArb, policy: templateArb }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('update'), uid: uidArb, policy: policyArb }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete'), uid: uidArb }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('link'), uid: uidArb, values: valuesArb }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('unlink'), uid: uidArb, values: valuesArb }) },
);

/** A few lists of changes that are made one after the other; some will be refused. */
export const changeListsArb: fc.Arbitrary<readonly DraftedList[]> = fc.array(
  fc.array(changeArb, { minLength: 1, maxLength: 4 }),
  { minLength: 1, maxLength: 8 },
);

/** The changes of a list, as they are handed to a storage that holds these policies. */
export function changesOf(list: DraftedList, stored: readonly Policy[]): readonly PolicyChange[] {
  const slots = new Map(stored.map((policy) => [policy.uid, policy.slots]));
  return list.map((change): PolicyChange => {
    if (change.type === 'delete') return change;
    if ('policy' in change) {
      slots.set(change.uid, change.policy.slots);
      return { type: change.type, policy: { ...change.policy, uid: change.uid } };
    }
    const filled = (slots.get(change.uid) ?? ['s']).map((slot, at) => [slot, change.values[at] as Scalar]);
    return { type: change.type, link: { template: change.uid, values: Object.fromEntries(filled) } };
  });
}

/** Everything that a storage holds. */
export async function everythingIn(storage: Storage): Promise<Candidates> {
  const links: PolicyLink[] = [];
  for await (const link of storage.retrieveLinks()) links.push(link);
  return { revision: await storage.revision(), policies: await storage.getAll(1_000_000, 0), links };
}

/** Links in an order that depends on nothing else. */
export function sortedLinks(links: readonly PolicyLink[]): readonly string[] {
  return links.map(({ template, values }) => canonicalJson([template, values])).sort();
}
