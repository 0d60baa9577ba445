/**
 * Finds policies that can never apply, contradict or repeat each other, allow everything, or mean
 * something else than they seem to.
 *
 * @packageDocumentation
 */
export { LINT_CODES, type LintCode, type LintCodeFacts, type LintSeverity } from './codes.ts';
export type { LintFinding } from './finding.ts';
export { lint, type LintOptions } from './lint.ts';
