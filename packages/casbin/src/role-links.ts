import { type Assertion, logPrint, type RoleManager } from '../upstream.cjs';
import { isReadable } from './role-reach.ts';
import { RuleTable } from './rule-table.ts';

/**
 * Builds the links of all role definitions anew, each once, at one go: nobody sees half of them.
 *
 * @returns false, and nothing is done, where a role manager is not casbin's or a definition is wrong
 */
export function linkRoles(
  definitions: ReadonlyMap<string, Assertion>,
  managers: ReadonlyMap<string, RoleManager>,
): boolean {
  const all = [...definitions].map(([name, assertion]) => ({ name, assertion, manager: managers.get(name) }));
  const isKnown = [...managers.values()].every(isReadable) && all.every(({ manager }) => manager !== undefined);
  if (!isKnown || !all.every(({ assertion }) => [2, 3].includes(partsOf(assertion)))) return false;
  // casbin's role manager does its work before its promises are looked at, and fails for no such link.
  for (const manager of managers.values()) void manager.clear();
  for (const { assertion, manager } of all) link(assertion, manager as RoleManager);
  return true;
}

function link(assertion: Assertion, manager: RoleManager): void {
  const parts = partsOf(assertion);
  assertion.rm = manager;
  for (const [member, role, ...domain] of RuleTable.of(assertion).list()) {
    void manager.addLink(member as string, role as string, ...domain.slice(0, parts - 2));
  }
  logPrint(`Role links for: ${assertion.key}`);
  void manager.printRoles();
}

function partsOf({ value }: Assertion): number {
  return value.split('_').length - 1;
}
