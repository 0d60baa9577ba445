import type { Outcome } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Effect } from '../model/policy.ts';

/**
 * A policy that has a say: it applies, or it is a deny policy of which nobody can know whether it does.
 * Allow policies that failed have none.
 */
export interface Vote {
  readonly policy: Voter;
  readonly applies: 'yes' | 'unclear';
}

/** What the algorithms know of a policy. */
type Voter = Pick<Finding, 'uid' | 'effect' | 'priority' | 'obligations'>;

/** What a combining algorithm makes of the votes. */
export interface Verdict {
  readonly outcome: Outcome;
  /** The votes that decided, in the order of the storage; none where nothing was decided. */
  readonly deciders: readonly Voter[];
}

/** How the effects of several policies become one outcome: a key of {@link COMBINING}. */
export type Combining =
  | 'deny-overrides'
  | 'ordered-deny-overrides'
  | 'allow-overrides'
  | 'first-applicable'
  | 'highest-priority';

/**
 * The combining algorithms (XACML 3.0 §C): each takes the votes in the order of the storage.
 *
 * INVARIANT: an unclear deny never leads to an allow where it would have won had it applied.
 */
export const COMBINING: Readonly<Record<Combining, (votes: readonly Vote[]) => Verdict>> = {
  /** Any deny that applies decides, whatever else applies (XACML 3.0 §C.2); all of them are deciders. */
  'deny-overrides': denyOverrides,
  /** As `deny-overrides`, with the first of the denies as the only decider (XACML 3.0 §C.3; vakt). */
  'ordered-deny-overrides': (votes) => {
    const verdict = denyOverrides(votes);
    return verdict.outcome === 'deny' ? { ...verdict, deciders: verdict.deciders.slice(0, 1) } : verdict;
  },
  /** Any allow that applies decides (XACML 3.0 §C.4); an unclear deny could not have won against it. */
  'allow-overrides': (votes) => {
    const allows = applying(votes, 'allow');
    return allows.length > 0 ? { outcome: 'allow', deciders: allows } : denyOverrides(votes);
  },
  /** The first policy of the storage that has a say decides (XACML 3.0 §C.8). */
  'first-applicable': (votes) => denyOverrides(votes.slice(0, 1)),
  /** `deny-overrides` among the policies of the highest priority that have a say. */
  'highest-priority': (votes) => {
    const highest = votes.reduce((most, { policy }) => Math.max(most, policy.priority), Number.NEGATIVE_INFINITY);
    return denyOverrides(votes.filter(({ policy }) => policy.priority === highest));
  },
};

function denyOverrides(votes: readonly Vote[]): Verdict {
  const denies = applying(votes, 'deny');
  if (denies.length > 0) return { outcome: 'deny', deciders: denies };
  if (votes.some(({ applies }) => applies === 'unclear')) return { outcome: 'indeterminate', deciders: [] };
  const allows = applying(votes, 'allow');
  return allows.length > 0 ? { outcome: 'allow', deciders: allows } : { outcome: 'not-applicable', deciders: [] };
}

function applying(votes: readonly Vote[], effect: Effect): readonly Voter[] {
  return votes
    .filter(({ policy, applies }) => applies === 'yes' && policy.effect === effect)
    .map(({ policy }) => policy);
}
