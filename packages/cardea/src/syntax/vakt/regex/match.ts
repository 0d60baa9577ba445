import { contains, isWord } from './char-set.ts';
import type { Look, Program, Step } from './program.ts';
import type { Position } from './tree.ts';

/**
 * Whether an expression matches from the start of a text, not necessarily to its end, as Python's `match`.
 *
 * Simulates all ways at once, so the work is at most the length of the text times the size of the program.
 * Look-arounds are decided for every position in one run over the text each, before they are asked for.
 * (A. Barrière, C. Pit-Claudel: Linear Matching of JavaScript Regular Expressions, PLDI 2024, §4.)
 */
export function matchesFromStart(program: Program, text: string): boolean {
  const run: Run = { chars: Array.from(text, (char) => char.codePointAt(0) as number), holds: [] };
  for (const look of program.looks) run.holds.push(decideLook(look, run));
  let states = new Set<number>();
  for (let at = 0; at <= run.chars.length; at++) {
    const next = new Set<number>();
    const start = at === 0 ? [0] : states;
    if (advance(program.steps, start, at, run.chars[at], run, next)) return true;
    if (next.size === 0) return false;
    states = next;
  }
  return false;
}

interface Run {
  readonly chars: readonly number[];
  /** For each look, whether it holds at each position. */
  readonly holds: (readonly boolean[])[];
}

// A look-behind asks whether its expression ends here having started anywhere: a run from the start of the
// text into which a new beginning is thrown at every position. A look-ahead is the same in reverse.
function decideLook({ program, behind, negative }: Look, run: Run): readonly boolean[] {
  const { length } = run.chars;
  const holds: boolean[] = Array.from({ length: length + 1 });
  let states = new Set<number>();
  for (let step = 0; step <= length; step++) {
    const at = behind ? step : length - step;
    const next = new Set<number>();
    const consumed = run.chars[behind ? at : at - 1];
    holds[at] = advance(program, [...states, 0], at, consumed, run, next) !== negative;
    states = next;
  }
  return holds;
}

/**
 * Follows every state through forks and conditions at a position, then over the next character into `next`.
 *
 * @returns whether one of them accepts
 */
function advance(
  steps: readonly Step[],
  states: Iterable<number>,
  at: number,
  char: number | undefined,
  run: Run,
  next: Set<number>,
): boolean {
  const seen = new Set<number>(states);
  let accepted = false;
  // A set is iterated in the order of insertion, members added on the way included.
  for (const state of seen) {
    const step = steps[state] as Step;
    if (step.kind === 'accept') accepted = true;
    else if (step.kind === 'fork') for (const offset of step.to) seen.add(state + offset);
    else if (step.kind === 'char') consume(step, state, char, next);
    else if (step.kind === 'look' ? run.holds[step.look]?.[at] === true : POSITIONS[step.at](run.chars, at))
      seen.add(state + 1);
  }
  return accepted;
}

function consume(
  step: Step & { readonly kind: 'char' },
  state: number,
  char: number | undefined,
  next: Set<number>,
): void {
  if (char !== undefined && contains(step.set, char)) next.add(state + 1);
}

const NEWLINE = 10;

const POSITIONS: Readonly<Record<Position, (chars: readonly number[], at: number) => boolean>> = {
  start: (_, at) => at === 0,
  end: (chars, at) => at === chars.length,
  beforeFinalNewline: (chars, at) => at === chars.length || (at === chars.length - 1 && chars[at] === NEWLINE),
  lineStart: (chars, at) => at === 0 || chars[at - 1] === NEWLINE,
  lineEnd: (chars, at) => at === chars.length || chars[at] === NEWLINE,
  wordBoundary: (chars, at) => isBoundary(chars, at, false),
  // Python 3.11: \B does not match in an empty text.
  notWordBoundary: (chars, at) => chars.length > 0 && !isBoundary(chars, at, false),
  asciiWordBoundary: (chars, at) => isBoundary(chars, at, true),
  notAsciiWordBoundary: (chars, at) => chars.length > 0 && !isBoundary(chars, at, true),
};

function isBoundary(chars: readonly number[], at: number, ascii: boolean): boolean {
  const wordAt = (index: number): boolean => {
    const char = chars[index];
    return char !== undefined && isWord(char, ascii);
  };
  return wordAt(at - 1) !== wordAt(at);
}

/**
 * Whether an expression may match a text that begins with a character: false only where it surely does not.
 * Conditions on positions are taken to hold.
 */
export function mayBeginWith(program: Program, char: string): boolean {
  const codePoint = char.codePointAt(0) as number;
  const seen = new Set<number>([0]);
  for (const state of seen) {
    const step = program.steps[state] as Step;
    if (step.kind === 'accept' || (step.kind === 'char' && contains(step.set, codePoint))) return true;
    if (step.kind === 'fork') for (const offset of step.to) seen.add(state + offset);
    if (step.kind === 'position' || step.kind === 'look') seen.add(state + 1);
  }
  return false;
}
