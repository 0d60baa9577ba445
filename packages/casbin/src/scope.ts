import type { Assertion } from '../upstream.cjs';
import type { Column } from './column.ts';

/** A function that a matcher may call. */
export type Callee =
  /** Of casbin, and still the one of that name: pure and synchronous. */
  | { readonly kind: 'known'; readonly name: string; readonly call: Callable }
  /** `g`, `g2` … */
  | { readonly kind: 'role'; readonly name: string; readonly assertion: Assertion }
  /** Of the caller: may do anything, and may be asynchronous. */
  | { readonly kind: 'custom'; readonly name: string; readonly call: Callable }
  /** casbin's `eval`, which stands for the text of a field of the rule. */
  | { readonly kind: 'eval'; readonly name: string; readonly column: Column };

export type Callable = (...args: unknown[]) => unknown;

/** What the names of a matcher mean. */
export interface Scope {
  readonly requestNames: readonly string[];
  readonly ruleNames: readonly string[];
  /** Position in the request, or undefined. */
  requestPosition(name: string): number | undefined;
  /** Position in the rule, or undefined. */
  rulePosition(name: string): number | undefined;
  /** Undefined where the name is none of a function. */
  callee(name: string): Callee | undefined;
}

/** The scope of a request definition, a policy definition and functions. Of equal names the last one counts. */
export function scopeOf(
  requestTokens: readonly string[],
  ruleTokens: readonly string[],
  callees: ReadonlyMap<string, Callee>,
): Scope {
  const request = positionsOf(requestTokens);
  const rule = positionsOf(ruleTokens);
  return {
    requestNames: requestTokens,
    ruleNames: ruleTokens,
    requestPosition: (name) => (rule.has(name) ? undefined : request.get(name)),
    rulePosition: (name) => rule.get(name),
    callee: (name) => callees.get(name),
  };
}

function positionsOf(tokens: readonly string[]): ReadonlyMap<string, number> {
  return new Map(tokens.map((token, at) => [token, at]));
}
