import { LINT_CODES, type LintCode, type LintSeverity } from './codes.ts';

/** Something about a policy that its author should look at. */
export interface LintFinding {
  readonly code: LintCode;
  readonly severity: LintSeverity;
  /** The policy concerned. */
  readonly uid: string;
  /** The other policies that the finding is about. */
  readonly related?: readonly string[];
  /** Where in the policy: member names and array indexes; empty for the policy as a whole. */
  readonly path: readonly (string | number)[];
  /** Lower case, no final period, user input in backticks. */
  readonly message: string;
}

/** A finding with the severity of its code. */
export function finding(
  code: LintCode,
  uid: string,
  path: LintFinding['path'],
  message: string,
  related: readonly string[] = [],
): LintFinding {
  const base = { code, severity: LINT_CODES[code].severity, uid, path, message };
  return related.length === 0 ? base : { ...base, related };
}
