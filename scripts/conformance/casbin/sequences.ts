import type { Enforcer } from 'casbin';
import { readLines } from '../lines.ts';
import { type Case, compare, type Verdict } from '../verdict.ts';
import { type CasbinLibrary, type EnforcerLine, enforcerOf } from './library.ts';
import { agreeAll, answer } from './vectors.ts';

interface SequenceLine extends EnforcerLine {
  readonly steps: readonly RecordedStep[];
}

interface RecordedStep {
  readonly call: string;
  readonly args: readonly unknown[];
  readonly returns: unknown;
}

/** Replays `sequences.jsonl`: calls on one enforcer in turn, and what each returned; each call is a case. */
export function replaySequences(library: CasbinLibrary): (file: string) => AsyncIterable<Case> {
  return async function* replay(file) {
    for await (const { json } of readLines<SequenceLine>(file)) {
      const enforcer = await enforcerOf(library, json);
      enforcer.enableAutoSave(false);
      for (const [at, step] of json.steps.entries()) {
        const name = `${json.name}, step ${at + 1}, ${step.call}`;
        yield { name, tags: [json.family], verdict: await judge(enforcer, step) };
      }
    }
  };
}

async function judge(enforcer: Enforcer, { call, args, returns }: RecordedStep): Promise<Verdict> {
  if (call === 'enforceEx') return agreeAll(enforcer, args, returns as readonly [boolean, readonly string[]]);
  const method: unknown = Reflect.get(enforcer, call);
  if (typeof method !== 'function') return { kind: 'fails', message: `the enforcer has no \`${call}\`` };
  return compare(returns ?? null, (await answer(() => Reflect.apply(method, enforcer, args))) ?? null);
}
