import { Util } from '../upstream.cjs';
import { compileLater, compileNow } from './evaluation.ts';
import type { Frame } from './frame.ts';
import type { Callable, Callee } from './scope.ts';

/** The names of a matcher: tokens of its definitions by position, and functions. */
export interface TextScope {
  readonly requestTokens: readonly string[];
  readonly ruleTokens: readonly string[];
  readonly callees: ReadonlyMap<string, Callee>;
}

/** Evaluates the text of a matcher by casbin's own evaluator. */
export function evaluateText(text: string, scope: TextScope, frame: Frame): unknown {
  const context = contextOf(scope, frame, ({ assertion }) => frame.roleFunction(assertion));
  return compileNow(Util.bracketCompatible(text))(context);
}

/** As {@link evaluateText}, with functions that may be asynchronous. */
export async function evaluateTextLater(text: string, scope: TextScope, frame: Frame): Promise<unknown> {
  const context = contextOf(scope, frame, ({ assertion }) => Util.generateGFunction(assertion.rm));
  return compileLater(Util.bracketCompatible(text))(context) as Promise<unknown>;
}

function contextOf(
  { requestTokens, ruleTokens, callees }: TextScope,
  frame: Frame,
  roleFunction: (callee: Callee & { readonly kind: 'role' }) => Callable,
): Record<string, unknown> {
  const context: Record<string, unknown> = {};
  for (const [at, token] of requestTokens.entries()) context[token] = frame.request[at];
  for (const [at, token] of ruleTokens.entries()) context[token] = frame.rule[at];
  for (const [name, callee] of callees) {
    if (callee.kind === 'role') context[name] = roleFunction(callee);
    else if (callee.kind !== 'eval') context[name] = callee.call;
  }
  return context;
}
