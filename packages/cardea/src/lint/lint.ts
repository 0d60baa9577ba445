import { formatPath } from '../errors.ts';
import type { Policy } from '../model/policy.ts';
import { lowerPolicy, type LowerOptions } from '../syntax/lower-policy.ts';
import { checkCopies } from './check-copies.ts';
import { checkCover } from './check-cover.ts';
import { checkReach } from './check-reach.ts';
import { checkResidual } from './check-residual.ts';
import { checkSources } from './check-sources.ts';
import { checkUnknownDeny } from './check-unknown-deny.ts';
import { finding, type LintFinding } from './finding.ts';
import type { Effort } from './implication.ts';
import { lintedPolicy, type LintedPolicy } from './linted-policy.ts';

/** How policies are read, as the guard reads them. */
export interface LintOptions extends LowerOptions {
  /** How many steps all comparisons of policies may take together; 3,000,000 when absent, a few seconds. */
  readonly maxSteps?: number;
}

/**
 * Finds what is probably wrong with policies, in the order of the policies. What is reported as an error
 * is proven; what is not reported is not proven to be right. Assumes that denies override allows, or that
 * the highest priority decides.
 *
 * Takes time linear in the policies, and for comparing them as much as `maxSteps` allows; where that
 * does not suffice, a finding `incomplete` says from which policy on.
 *
 * @example
 * ```ts
 * const findings = lint(policies, { checker: defaultChecker(), functions: functionTable() });
 * if (findings.some(({ severity }) => severity === 'error')) process.exitCode = 1;
 * ```
 */
export function lint(policies: readonly Policy[], options: LintOptions): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  // One by one: the stack bounds how many arguments a call can have.
  const add = (found: readonly LintFinding[]): void => found.forEach((each) => void findings.push(each));
  const reachable: LintedPolicy[] = [];
  const effort: Effort = { steps: options.maxSteps ?? 3_000_000 };
  for (const policy of policies) {
    add(checkSources(policy, options.checker));
    const lowered = lowerPolicy(policy, options);
    if (!lowered.ok) {
      add(lowered.issues.map(({ path, message }) => finding('invalid-policy', policy.uid, path, message)));
      continue;
    }
    const linted = lintedPolicy(policy, lowered.value);
    const reach = checkReach(linted, options.checker, effort);
    add(reach);
    add(checkUnknownDeny(linted, options.functions));
    // That a policy of everything is for every inquiry needs no explanation.
    if (!linted.facts.impossible && !reach.some(isOfEverything)) add(checkResidual(linted));
    // Templates are not compared: how far their links reach is not known here.
    if (!linted.facts.impossible && policy.slots === undefined) reachable.push(linted);
  }
  const copies = checkCopies(reachable);
  // A policy that covers everything is reported once, not again with each policy that it covers.
  const total = new Set(findings.filter(isOfEverything).map(({ uid }) => uid));
  const narrow = copies.distinct.filter(({ policy }) => !total.has(policy.uid));
  return inOrder(policies, [...findings, ...copies.findings, ...checkCover(narrow, effort)]);
}

function isOfEverything({ code }: LintFinding): boolean {
  return code === 'allow-all' || code === 'deny-all';
}

function inOrder(policies: readonly Policy[], findings: readonly LintFinding[]): readonly LintFinding[] {
  const places = new Map(policies.map(({ uid }, at) => [uid, at]));
  const unique = new Map(
    findings.map((found) => [`${found.code} ${found.uid} ${formatPath(found.path)} ${found.message}`, found]),
  );
  return [...unique.values()].toSorted((a, b) => (places.get(a.uid) ?? 0) - (places.get(b.uid) ?? 0));
}
