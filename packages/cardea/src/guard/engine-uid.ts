import { quote } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { PolicyEngine } from '../ports/engine.ts';

/**
 * The key by which an engine knows a policy: its uid, unless that begins with the mark of the keys below.
 *
 * INVARIANT: two policies of one storage have two keys, also where the uid of one is the text of the other's.
 */
export function keyOfUid(uid: string): string {
  return isMarked(uid) ? MARK + uid : uid;
}

/**
 * A key for a stored policy whose uid is no text: the policy is invalid, and known by where it stands.
 *
 * @param at differs between any two such policies
 */
export function keyOfForeignUid(uid: unknown, at: number): string {
  return `${MARK}${at}${quote(uid)}`;
}

/** The findings of an engine by their uids, as they are shown. */
export function shownFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.some(({ uid }) => isMarked(uid)) ? findings.map(shownFinding) : findings;
}

/** The policies of an engine by their uids, as they are shown. */
export function* shownPolicies(engine: PolicyEngine): Iterable<LoweredPolicy> {
  for (const policy of engine.policies())
    yield isMarked(policy.uid) ? { ...policy, uid: uidOfKey(policy.uid) } : policy;
}

function shownFinding(finding: Finding): Finding {
  const { uid, effect, priority, obligations, truth } = finding;
  return { uid: uidOfKey(uid), effect, priority, obligations, truth, condition: () => finding.condition() };
}

function uidOfKey(key: string): string {
  return isMarked(key) ? key.slice(1).replace(/^\d+/, '') : key;
}

function isMarked(key: string): boolean {
  return key.charCodeAt(0) === 0;
}

const MARK = '\0';
