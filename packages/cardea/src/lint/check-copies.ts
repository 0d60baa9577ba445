import { canonicalJson } from '../ast/json.ts';
import { quote } from '../errors.ts';
import { finding, type LintFinding } from './finding.ts';
import type { LintedPolicy } from './linted-policy.ts';

/** What is left when copies are taken out, and what was found on the way. */
export interface Copies {
  readonly findings: readonly LintFinding[];
  /** The first of each set of copies, without those that a deny of the same condition outweighs. */
  readonly distinct: readonly LintedPolicy[];
}

/** Policies of one condition: of the same effect they are copies, of both effects the allow is useless. */
export function checkCopies(policies: readonly LintedPolicy[]): Copies {
  const findings: LintFinding[] = [];
  const distinct: LintedPolicy[] = [];
  const firsts = new Map<string, LintedPolicy>();
  const denies = new Map<string, LintedPolicy>();
  for (const linted of policies) {
    const strongest = denies.get(linted.text);
    if (linted.policy.effect === 'deny' && (strongest === undefined || priorityOf(strongest) < priorityOf(linted)))
      denies.set(linted.text, linted);
  }
  for (const linted of policies) {
    const { policy, text, lowered } = linted;
    const key = `${policy.effect} ${lowered.priority} ${canonicalJson(lowered.obligations)} ${text}`;
    const first = firsts.get(key);
    const deny = policy.effect === 'allow' ? denies.get(text) : undefined;
    if (first !== undefined) {
      findings.push(
        finding('duplicate', policy.uid, [], `same condition and effect as ${quote(first.policy.uid)}`, [
          first.policy.uid,
        ]),
      );
      continue;
    }
    firsts.set(key, linted);
    if (deny !== undefined && priorityOf(deny) >= priorityOf(linted)) {
      findings.push(
        finding(
          'contradictory',
          policy.uid,
          [],
          `same condition as the deny policy ${quote(deny.policy.uid)}, which overrides it`,
          [deny.policy.uid],
        ),
      );
    } else distinct.push(linted);
  }
  return { findings, distinct };
}

function priorityOf({ lowered }: LintedPolicy): number {
  return lowered.priority;
}
