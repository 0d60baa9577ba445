import { printCondition } from '../ast/print.ts';
import type { Trace } from './explain-trace.ts';

/** A leaf of a trace that would have to turn out otherwise, and how. */
export interface Turn {
  readonly trace: Trace;
  readonly wanted: 'true' | 'false';
}

/** How many alternatives are kept at each node: enough that two tests on one attribute can be avoided. */
const KEPT = 8;

/**
 * The fewest leaves that would have to turn for a node to be as wanted; infinite where none would do. A
 * leaf that stands in two places counts twice.
 */
export function turnsNeeded(trace: Trace, wanted: Turn['wanted']): number {
  return setsOf(trace, wanted)[0]?.length ?? Number.POSITIVE_INFINITY;
}

/**
 * The sets of leaves that would have to turn for a node to be as wanted, smallest first: a conjunction
 * needs a set of each part, a disjunction of one. At most {@link KEPT} sets; none where none would do.
 *
 * Takes time linear in the leaves.
 */
export function turnSets(trace: Trace, wanted: Turn['wanted']): readonly (readonly Turn[])[] {
  return smallest(setsOf(trace, wanted).map((set) => distinct(turnsOf(set))));
}

/** A set that is not written out: joining two takes the same time whatever their sizes. A leaf may stand in it twice. */
interface TurnSet {
  readonly length: number;
  readonly parts: readonly (Turn | TurnSet)[];
}

const EMPTY: TurnSet = { length: 0, parts: [] };

/** INVARIANT: the first set is the smallest, because each step keeps the smallest of what it joins. */
function setsOf(trace: Trace, wanted: Turn['wanted']): readonly TurnSet[] {
  if (trace.truth === wanted) return [EMPTY];
  switch (trace.condition.kind) {
    case 'const':
      return [];
    case 'test':
    case 'each':
      return canTurn(trace, wanted) ? [{ length: 1, parts: [{ trace, wanted }] }] : [];
    case 'not':
      return setsOf(only(trace), opposite(wanted));
    case 'sure':
      return setsOf(only(trace), wanted);
    case 'and':
    case 'or': {
      const parts = trace.of.map((part) => setsOf(part, wanted));
      return needsAll(trace, wanted) ? parts.reduce(combined, [EMPTY]) : smallest(parts.flat());
    }
  }
}

// A test over constants never turns, nothing is in an empty list, and whatever is known is not otherwise.
function canTurn({ condition }: Trace, wanted: Turn['wanted']): boolean {
  if (condition.kind !== 'test') return true;
  const [left, right] = condition.args;
  if (condition.args.every(({ kind }) => kind === 'value')) return false;
  if (condition.op === 'known') return wanted === 'true';
  const isEmpty =
    condition.op === 'in' &&
    left?.kind !== 'value' &&
    right?.kind === 'value' &&
    Array.isArray(right.value) &&
    right.value.length === 0;
  return wanted === 'false' || !isEmpty;
}

function needsAll({ condition }: Trace, wanted: Turn['wanted']): boolean {
  return (condition.kind === 'and') === (wanted === 'true');
}

function combined(left: readonly TurnSet[], right: readonly TurnSet[]): readonly TurnSet[] {
  return smallest(
    left.flatMap((one) => right.map((other) => ({ length: one.length + other.length, parts: [one, other] }))),
  );
}

function smallest<T extends { readonly length: number }>(sets: readonly T[]): readonly T[] {
  return sets.toSorted((a, b) => a.length - b.length).slice(0, KEPT);
}

// Without recursion: the set of a long conjunction is as deep as that is long.
function turnsOf(set: TurnSet): readonly Turn[] {
  const turns: Turn[] = [];
  const rest: (Turn | TurnSet)[] = [set];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if ('trace' in next) turns.push(next);
    else rest.push(...next.parts.toReversed());
  }
  return turns;
}

function distinct(turns: readonly Turn[]): readonly Turn[] {
  if (turns.length < 2) return turns;
  return [...new Map(turns.map((turn) => [`${turn.wanted} ${printCondition(turn.trace.condition)}`, turn])).values()];
}

function only({ of }: Trace): Trace {
  return of[0] as Trace;
}

function opposite(wanted: Turn['wanted']): Turn['wanted'] {
  return wanted === 'true' ? 'false' : 'true';
}
