import type { Enforcer } from 'casbin';
import { readLines } from '../lines.ts';
import { type Case, compare, first, type Verdict } from '../verdict.ts';
import { type CasbinLibrary, type EnforcerLine, enforcerOf } from './library.ts';

interface VectorLine extends EnforcerLine {
  readonly requests: readonly RecordedRequest[];
}

interface RecordedRequest {
  readonly args: readonly unknown[];
  readonly ctx?: { readonly r: string; readonly p: string; readonly e: string; readonly m: string };
  readonly matcher?: string;
  readonly allow: boolean;
  readonly explain: readonly string[];
}

/** Replays `vectors.jsonl`: models with policies and what casbin decided; each request is a case. */
export function replayVectors(library: CasbinLibrary): (file: string) => AsyncIterable<Case> {
  return async function* replay(file) {
    for await (const { json } of readLines<VectorLine>(file)) {
      const enforcer = await enforcerOf(library, json);
      for (const [at, request] of json.requests.entries()) {
        const verdict = await judge(library, enforcer, request);
        yield { name: `${json.name}, request ${at + 1}`, tags: [json.family], verdict };
      }
    }
  };
}

async function judge(library: CasbinLibrary, enforcer: Enforcer, request: RecordedRequest): Promise<Verdict> {
  const { args, ctx, matcher, allow, explain } = request;
  const values = ctx === undefined ? args : [new library.EnforceContext(ctx.r, ctx.p, ctx.e, ctx.m), ...args];
  if (matcher === undefined) return agreeAll(enforcer, values, [allow, explain]);
  return first(
    compare([allow, explain], await answer(() => enforcer.enforceExWithMatcher(matcher, ...values))),
    compare(allow, await answer(() => enforcer.enforceWithMatcher(matcher, ...values))),
  );
}

/** The verdict on all four ways to ask for a decision, of which two explain it. */
export async function agreeAll(
  enforcer: Enforcer,
  values: readonly unknown[],
  [allow, explain]: readonly [allow: boolean, explain: readonly string[]],
): Promise<Verdict> {
  return first(
    compare([allow, explain], await answer(() => enforcer.enforceEx(...values))),
    compare([allow, explain], await answer(() => enforcer.enforceExSync(...values))),
    compare(allow, await answer(() => enforcer.enforce(...values))),
    compare(allow, await answer(() => enforcer.enforceSync(...values))),
  );
}

/** What a call returns, or the error as a text, which no recorded answer is. */
export async function answer(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return `threw ${String(error)}`;
  }
}
