import { type Issue, issuesError } from '../errors.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Policy } from '../model/policy.ts';
import type { PolicyChange } from '../ports/storage.ts';
import { parseLink } from '../syntax/validate.ts';
import { requireChange, requireIterable, requireUid } from './arguments.ts';

/** Checks a policy before it is stored. Must return a copy. */
export type ParsePolicy = (input: unknown) => Parsed<Policy>;

/**
 * Changes as frozen copies, after everything was checked that depends on them alone.
 *
 * @throws CARDEA_INVALID_ARGUMENT when they are no list, or one is of no known type
 * @throws CARDEA_INVALID_POLICY, CARDEA_INVALID_LINK and the codes of rules, with all issues of all changes
 */
export function checkedChanges(changes: Iterable<PolicyChange>, parse: ParsePolicy): readonly PolicyChange[] {
  const list = [...requireIterable('changes', changes)];
  const issues: Issue[] = [];
  const checked = list.flatMap((change, at): readonly PolicyChange[] => {
    requireChange(change);
    if (change.type === 'delete') return [Object.freeze({ type: 'delete', uid: requireUid(change.uid) })];
    const parsed = parsedChange(change, parse);
    if (parsed.ok) return [parsed.value];
    // The place within a list of changes helps only where there is a list.
    const where = list.length > 1 ? [at] : [];
    for (const issue of parsed.issues) issues.push({ ...issue, path: [...where, ...issue.path] });
    return [];
  });
  if (issues.length > 0) throw issuesError(issues[0]?.code === 'CARDEA_INVALID_LINK' ? 'link' : 'policy', issues);
  return checked;
}

function parsedChange(change: Exclude<PolicyChange, { type: 'delete' }>, parse: ParsePolicy): Parsed<PolicyChange> {
  if (change.type === 'link' || change.type === 'unlink') {
    const parsed = parseLink(change.link);
    return parsed.ok ? { ok: true, value: Object.freeze({ type: change.type, link: parsed.value }) } : parsed;
  }
  const parsed = parse(change.policy);
  return parsed.ok ? { ok: true, value: Object.freeze({ type: change.type, policy: parsed.value }) } : parsed;
}
