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
