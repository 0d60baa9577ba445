import type { AttrOperand } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import { printCondition, printOperand } from '../ast/print.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { type Examples, examplesFor, withAttribute } from './explain-example.ts';
import { type Turn, turnSets } from './explain-fixes.ts';
import type { Redaction } from './explain-redact.ts';
import { turnSentence } from './explain-sentence.ts';
import type { Trace } from './explain-trace.ts';
import type { Difference } from './explanation.ts';
import { evaluateCondition, type Scope } from './reference.ts';

/** What would have to differ, and whether trying it did what was wanted. */
export interface Differences {
  readonly differences: readonly Difference[];
  readonly sufficient: boolean;
}

/** How many combinations of examples are tried for one set of leaves. */
const TRIES = 32;
/** For sets larger than this none is. */
const MOST_TRIED = 64;

/**
 * The least that would have to differ for a policy to apply (`wanted: 'true'`), or not to: the smallest
 * set of leaves for which examples were found that do it, else the smallest set.
 *
 * INVARIANT sufficient-differences-suffice: with every `example` in its place the policy is as wanted.
 */
export function differencesOf(
  policy: LoweredPolicy,
  trace: Trace,
  wanted: Turn['wanted'],
  redaction: Redaction,
): Differences | undefined {
  const sets = turnSets(trace, wanted);
  for (const turns of sets) {
    const found = turns.length > MOST_TRIED ? undefined : tryExamples(policy, turns, wanted, trace.scope, redaction);
    if (found !== undefined)
      return { differences: turns.map((turn) => describe(turn, found, redaction)), sufficient: true };
  }
  const [first] = sets;
  return first && { differences: first.map((turn) => describe(turn, new Map(), redaction)), sufficient: false };
}

type Assignment = ReadonlyMap<string, { readonly attribute: AttrOperand; readonly value: Json }>;

function tryExamples(
  { condition }: LoweredPolicy,
  turns: readonly Turn[],
  wanted: Turn['wanted'],
  scope: Scope,
  redaction: Redaction,
): Assignment | undefined {
  const examples = turns.map((turn) => examplesFor(turn, redaction));
  if (!examples.every((found) => found !== undefined)) return undefined;
  return assignments(examples).find((assignment) => {
    const inquiry = [...assignment.values()].reduce(
      (changed, { attribute, value }) => withAttribute(changed, attribute, value),
      scope.inquiry,
    );
    return evaluateCondition(condition, { ...scope, inquiry }) === wanted;
  });
}

// Two tests on one attribute share its value: the guesses for both are tried for both.
function assignments(examples: readonly Examples[]): readonly Assignment[] {
  const guesses = new Map<string, { readonly attribute: AttrOperand; readonly values: Json[] }>();
  for (const { attribute, values } of examples) {
    const key = printOperand(attribute);
    guesses.set(key, { attribute, values: [...(guesses.get(key)?.values ?? []), ...values] });
  }
  let all: readonly Assignment[] = [new Map()];
  for (const [key, { attribute, values }] of guesses) {
    all = values.flatMap((value) => all.map((some) => new Map(some).set(key, { attribute, value }))).slice(0, TRIES);
  }
  return all;
}

function describe(turn: Turn, found: Assignment, redaction: Redaction): Difference {
  const base = {
    text: turnSentence(turn, redaction),
    condition: printCondition(turn.trace.condition),
    wanted: turn.wanted,
  };
  const attribute = examplesFor(turn, redaction)?.attribute;
  if (attribute === undefined) return base;
  const example = found.get(printOperand(attribute));
  const named = { ...base, attribute: [attribute.of, ...attribute.path] };
  return example === undefined ? named : { ...named, example: example.value };
}
