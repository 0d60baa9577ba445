import { FALSE } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { Effect } from '../model/policy.ts';
import type { Combining } from './combining.ts';
import type { ConcludeOptions } from './conclude.ts';
import { foldAnd, foldNot, foldOr, foldSure } from './plan-fold.ts';

/** A policy of which is known what remains of its condition. */
export interface OpenPolicy {
  readonly effect: Effect;
  readonly priority: number;
  readonly condition: Condition;
}

type UnknownDeny = ConcludeOptions['unknownDeny'];

/**
 * One condition that is true exactly where the combining algorithm allows: what `COMBINING` makes of votes, said of the
 * conditions that the votes come from.
 *
 * INVARIANT: where a deny that could have won is an error, it is not true; nor where one is unknown, with `deny`.
 *
 * @param policies in the order of the storage
 */
export function combinedCondition(
  policies: readonly OpenPolicy[],
  combining: Combining,
  unknownDeny: UnknownDeny,
): Condition {
  return PLANS[combining](policies, unknownDeny);
}

const PLANS: Readonly<Record<Combining, (policies: readonly OpenPolicy[], unknownDeny: UnknownDeny) => Condition>> = {
  'deny-overrides': (policies, unknownDeny) => denyOverrides(policies, FALSE, unknownDeny),
  'ordered-deny-overrides': (policies, unknownDeny) => denyOverrides(policies, FALSE, unknownDeny),
  'allow-overrides': (policies) => foldOr(conditionsOf(policies, 'allow')),
  'first-applicable': (policies, unknownDeny) =>
    inTurn(
      runsBy(policies, ({ effect }) => effect),
      unknownDeny,
    ),
  'highest-priority': (policies, unknownDeny) => {
    const sorted = policies.toSorted((a, b) => b.priority - a.priority);
    return inTurn(
      runsBy(sorted, ({ priority }) => priority),
      unknownDeny,
    );
  },
};

/** No deny has a say, and an allow applies, or else whatever comes after. */
function denyOverrides(policies: readonly OpenPolicy[], after: Condition, unknownDeny: UnknownDeny): Condition {
  const denied = foldOr(conditionsOf(policies, 'deny'));
  const undenied = foldNot(unknownDeny === 'deny' ? denied : foldSure(denied));
  return foldAnd([undenied, foldOr([...conditionsOf(policies, 'allow'), after])]);
}

/** Of several groups the first decides of which a policy has a say. */
function inTurn(groups: readonly (readonly OpenPolicy[])[], unknownDeny: UnknownDeny): Condition {
  return groups.reduceRight<Condition>((after, group) => denyOverrides(group, after, unknownDeny), FALSE);
}

function conditionsOf(policies: readonly OpenPolicy[], effect: Effect): readonly Condition[] {
  return policies.filter((policy) => policy.effect === effect).map(({ condition }) => condition);
}

function runsBy(
  policies: readonly OpenPolicy[],
  keyOf: (policy: OpenPolicy) => Effect | number,
): readonly (readonly OpenPolicy[])[] {
  const runs: OpenPolicy[][] = [];
  let last: Effect | number | undefined;
  for (const policy of policies) {
    const key = keyOf(policy);
    if (runs.length === 0 || key !== last) runs.push([]);
    runs.at(-1)?.push(policy);
    last = key;
  }
  return runs;
}
