/** How much a finding matters: `error` is proven to be useless, `warning` likely a mistake, `info` worth knowing. */
export type LintSeverity = 'error' | 'warning' | 'info';

/** The code of a finding: a key of {@link LINT_CODES}. */
export type LintCode =
  | 'invalid-policy'
  | 'unreachable'
  | 'never-matches'
  | 'pattern-never-matches'
  | 'contradictory'
  | 'shadowed'
  | 'duplicate'
  | 'redundant'
  | 'allow-all'
  | 'deny-all'
  | 'literal-pattern'
  | 'all-not-in'
  | 'pattern-matches-all'
  | 'unanchored-pattern'
  | 'open-document-pattern'
  | 'unknown-deny'
  | 'residual-policy'
  | 'incomplete';

/** What a code says about every finding that has it. */
export interface LintCodeFacts {
  readonly severity: LintSeverity;
  readonly meaning: string;
}

/**
 * The codes of everything that `lint` finds, with severity and meaning. The reference page `lint.md`
 * has an example and the fix of each, and is checked against this table.
 */
export const LINT_CODES: Readonly<Record<LintCode, LintCodeFacts>> = {
  'invalid-policy': {
    severity: 'error',
    meaning: 'the policy cannot be lowered: a pattern, a rule or a function is wrong',
  },
  unreachable: { severity: 'error', meaning: 'the policy can never apply: its conditions contradict each other' },
  'never-matches': { severity: 'warning', meaning: 'an element can never fit, so that it adds nothing' },
  'pattern-never-matches': { severity: 'error', meaning: 'a pattern is found in no text' },
  contradictory: {
    severity: 'error',
    meaning: 'an allow policy has the same condition as a deny policy, and so never allows',
  },
  shadowed: {
    severity: 'warning',
    meaning: 'wherever the allow policy applies a deny policy applies too, so that it never allows',
  },
  duplicate: { severity: 'warning', meaning: 'another policy has the same condition and effect' },
  redundant: { severity: 'warning', meaning: 'wherever the policy applies a wider one of the same effect applies too' },
  'allow-all': { severity: 'warning', meaning: 'the policy allows every subject every action on every resource' },
  'deny-all': { severity: 'warning', meaning: 'the policy denies every subject every action on every resource' },
  'literal-pattern': { severity: 'warning', meaning: 'a string looks like a pattern but is compared literally' },
  'all-not-in': {
    severity: 'warning',
    meaning: '`$allNotIn` holds as soon as one item is not in the list, unlike its name',
  },
  'pattern-matches-all': { severity: 'info', meaning: 'a pattern is found in every text' },
  'unanchored-pattern': {
    severity: 'info',
    meaning: 'a pattern is searched for anywhere in the text: it does not bind the start or the end',
  },
  'open-document-pattern': {
    severity: 'warning',
    meaning: 'a pattern for documents does not bind the end of a value, and is found in longer ones too',
  },
  'unknown-deny': {
    severity: 'info',
    meaning: 'a deny policy does not apply where an attribute that it reads is missing',
  },
  'residual-policy': {
    severity: 'info',
    meaning: 'nothing of an inquiry leads to the policy, so that every inquiry is held against it',
  },
  incomplete: { severity: 'info', meaning: 'there were too many policies to compare each with all others' },
};
