import type { Plan } from './plan.ts';
import type { RuleTable } from './rule-table.ts';

/** How one conjunct or alternative of a matcher leads to rules: a field of the rule, and what is looked up in it. */
export interface FieldIndexing {
  /** The policy field, as the model names it: `sub`. */
  readonly field: string;
  /** What it is looked up by, in the words of the matcher: `r_sub`, `g(r_sub)`, `keyMatch2(r_obj)`, `"*"`. */
  readonly by: readonly string[];
}

/** What {@link Enforcer.explainIndex} tells of a matcher. */
export interface IndexExplanation {
  readonly matcher: string;
  /** `indexed`: rules are looked up. `walk`: each rule is evaluated in turn. */
  readonly access: 'indexed' | 'walk';
  /** The alternatives of the matcher; a rule is looked at when it is found by one of them. */
  readonly lookups: readonly (readonly FieldIndexing[])[];
  /** Why rules are walked, or which parts are only evaluated for what was found. */
  readonly reasons: readonly string[];
  readonly rules: number;
  /** Rules that every request looks at: what their text does cannot be told from the request. */
  readonly always: number;
}

/** Puts in words how a matcher is looked up. */
export function explainIndex(
  matcher: string,
  plan: Plan | undefined,
  table: RuleTable | undefined,
  reason: string,
): IndexExplanation {
  const rules = table?.size ?? 0;
  if (plan === undefined || table === undefined) {
    return { matcher, access: 'walk', lookups: [], reasons: [reason], rules, always: 0 };
  }
  const lookups = plan.lookups.map(({ constraints }) =>
    constraints.map(({ column, description }) => ({ field: plan.fieldAt(column.position), by: description })),
  );
  const isWalk = plan.lookups.some(({ constraints, guards }) => constraints.length === 0 && guards.length === 0);
  const always = new Set(plan.lookups.flatMap(({ columns }) => [...table.index(columns).always]));
  return {
    matcher,
    access: isWalk ? 'walk' : 'indexed',
    lookups: isWalk ? [] : lookups,
    reasons: isWalk ? ['no part of the matcher must be true of a rule for the whole to be'] : [],
    rules,
    always: always.size,
  };
}
