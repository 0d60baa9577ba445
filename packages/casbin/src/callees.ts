import type { Assertion } from '../upstream.cjs';
import { BUILTIN } from './pattern.ts';
import { LINEAR_ONLY, REMEMBERING } from './pattern-functions.ts';
import type { Callable, Callee } from './scope.ts';

/** The functions that a matcher may call, by name: a role definition hides a function of its name. */
export function calleesOf(
  functions: ReadonlyMap<string, Callable>,
  roleDefinitions: ReadonlyMap<string, Assertion> | undefined,
  backtracks: boolean,
): ReadonlyMap<string, Callee> {
  const own = backtracks ? REMEMBERING : LINEAR_ONLY;
  const callees = new Map<string, Callee>();
  for (const [name, call] of functions) {
    const isKnown = BUILTIN.get(name) === call;
    const known = Object.hasOwn(own, name) ? (own[name] as Callable) : call;
    callees.set(name, isKnown ? { kind: 'known', name, call: known } : { kind: 'custom', name, call });
  }
  for (const [name, assertion] of roleDefinitions ?? []) callees.set(name, { kind: 'role', name, assertion });
  return callees;
}

/** Whether a name still means the same function. */
export function isSame(
  callee: Callee,
  functions: ReadonlyMap<string, Callable>,
  roleDefinitions: ReadonlyMap<string, Assertion> | undefined,
): boolean {
  switch (callee.kind) {
    case 'role':
      return roleDefinitions?.get(callee.name) === callee.assertion;
    case 'custom':
      return functions.get(callee.name) === callee.call;
    case 'known':
      return functions.get(callee.name) === BUILTIN.get(callee.name);
    case 'eval':
      return true;
  }
}
