import { type Issue, quote } from '../errors.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Policy } from '../model/policy.ts';
import { inside, type Place, report, rootPlace } from './issue-collector.ts';
import { describe } from './plain-object.ts';
import { type ParseOptions, policyAt } from './policy-at.ts';

// What is stored comes in by one door.
export { parseInquiry } from './parse-inquiry.ts';
export { parseLink } from './parse-link.ts';
export type { ParseOptions } from './policy-at.ts';

/**
 * Checks that a value is a policy: shape, rules, patterns, networks and times. Never throws; reports
 * everything that is wrong, each with its path. Unknown members are wrong: a misspelt one is not dropped.
 *
 * @returns the policy as a deep copy of its own members, frozen
 *
 * @example
 * ```ts
 * const parsed = parsePolicy(JSON.parse(text));
 * if (!parsed.ok) for (const issue of parsed.issues) console.error(formatIssue(issue));
 * ```
 */
export function parsePolicy(input: unknown, options: ParseOptions = {}): Parsed<Policy> {
  const issues: Issue[] = [];
  const read = policyAt(input, rootPlace(issues), options);
  return read === undefined ? { ok: false, issues } : { ok: true, value: read.policy };
}

/**
 * Checks a list of policies, and that no uid occurs twice.
 *
 * @example
 * ```ts
 * const parsed = parsePolicies([{ uid: 'a', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['book'] }]);
 * ```
 */
export function parsePolicies(input: unknown, options: ParseOptions = {}): Parsed<readonly Policy[]> {
  const issues: Issue[] = [];
  const root = rootPlace(issues);
  if (!Array.isArray(input)) {
    report(root, 'CARDEA_INVALID_POLICY', `policies are a list, not a ${describe(input)}`);
    return { ok: false, issues };
  }
  const policies = Array.from(input, (policy: unknown, at) => policyAt(policy, inside(root, at), options)?.policy);
  reportRepeatedUids(policies, root);
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, value: Object.freeze(policies.filter((policy) => policy !== undefined)) };
}

function reportRepeatedUids(policies: readonly (Policy | undefined)[], place: Place): void {
  const first = new Map<string, number>();
  for (const [at, policy] of policies.entries()) {
    if (policy === undefined) continue;
    const { uid } = policy;
    const earlier = first.get(uid);
    if (earlier === undefined) first.set(uid, at);
    else
      report(
        inside(inside(place, at), 'uid'),
        'CARDEA_DUPLICATE_UID',
        `uid ${quote(uid)} is also that of policy ${earlier + 1}`,
      );
  }
}
