import { codePointsOf } from '../src/ast/pattern/code-points.ts';
import type { PatternNode, Place, RepeatNode } from '../src/ast/pattern/node.ts';

/** What a backtracking search did. */
export interface BacktrackingRun {
  readonly found: boolean;
  /** Instructions executed, over all attempts. */
  readonly steps: number;
  /** Instructions of the program. */
  readonly size: number;
}

type Instruction =
  | { readonly op: 'set'; readonly points: readonly number[] }
  | { readonly op: 'place'; readonly at: Place }
  | { readonly op: 'split'; readonly other: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'mark'; readonly slot: number }
  | { readonly op: 'moved'; readonly slot: number }
  | { readonly op: 'found' };

/**
 * Searches as backtracking engines do: depth first, greedy, remembering nothing but where to go on
 * (ECMAScript's semantics of an empty iteration included). Gives up after `maxSteps`.
 */
export function searchByBacktracking(node: PatternNode, text: string, maxSteps: number): BacktrackingRun {
  const program: Instruction[] = [];
  emit(program, node);
  program.push({ op: 'found' });
  const points = Array.from(text, (char) => char.codePointAt(0) as number);
  let steps = 0;
  for (let start = 0; start <= points.length && steps < maxSteps; start++) {
    const attempt = attemptAt(program, points, start, maxSteps - steps);
    steps += attempt.steps;
    if (attempt.found) return { found: true, steps, size: program.length };
  }
  return { found: false, steps, size: program.length };
}

function attemptAt(program: readonly Instruction[], points: readonly number[], start: number, maxSteps: number) {
  const pending: number[] = [];
  const marks: number[] = [];
  let [pc, at, steps] = [0, start, 0];
  const backtrack = (): boolean => {
    const slots = pending.pop();
    if (slots === undefined) return false;
    for (let slot = slots - 1; slot >= 0; slot--) marks[slot] = pending.pop() as number;
    at = pending.pop() as number;
    pc = pending.pop() as number;
    return true;
  };
  while (steps++ < maxSteps) {
    const instruction = program[pc] as Instruction;
    pc++;
    let alive = true;
    if (instruction.op === 'found') return { found: true, steps };
    if (instruction.op === 'set') alive = includes(instruction.points, points[at++]);
    if (instruction.op === 'place') alive = isAt(points, at, instruction.at);
    if (instruction.op === 'split') pending.push(instruction.other, at, ...marks, marks.length);
    if (instruction.op === 'jump') pc = instruction.to;
    if (instruction.op === 'mark') marks[instruction.slot] = at;
    if (instruction.op === 'moved') alive = marks[instruction.slot] !== at;
    if (!alive && !backtrack()) return { found: false, steps };
  }
  return { found: false, steps };
}

function emit(program: Instruction[], node: PatternNode): void {
  switch (node.kind) {
    case 'set':
      program.push({ op: 'set', points: codePointsOf(node) ?? [] });
      return;
    case 'assertion':
      program.push({ op: 'place', at: node.at });
      return;
    case 'concat':
      for (const part of node.of) emit(program, part);
      return;
    case 'alternation':
      emitBranches(program, node.of);
      return;
    case 'repeat':
      emitRepeat(program, node);
  }
}

function emitBranches(program: Instruction[], branches: readonly PatternNode[]): void {
  const ends: number[] = [];
  for (const [at, branch] of branches.entries()) {
    const last = at === branches.length - 1;
    const split = last ? -1 : hole(program);
    emit(program, branch);
    if (last) continue;
    ends.push(hole(program));
    program[split] = { op: 'split', other: program.length };
  }
  for (const end of ends) program[end] = { op: 'jump', to: program.length };
}

function emitRepeat(program: Instruction[], { of, min, max }: RepeatNode): void {
  for (let count = 0; count < min; count++) emit(program, of);
  if (max === Number.POSITIVE_INFINITY) {
    const slot = program.filter(({ op }) => op === 'mark').length;
    const split = hole(program);
    program.push({ op: 'mark', slot });
    emit(program, of);
    program.push({ op: 'moved', slot }, { op: 'jump', to: split });
    program[split] = { op: 'split', other: program.length };
    return;
  }
  const splits: number[] = [];
  for (let count = min; count < max; count++) {
    splits.push(hole(program));
    emit(program, of);
  }
  for (const split of splits) program[split] = { op: 'split', other: program.length };
}

function hole(program: Instruction[]): number {
  return program.push({ op: 'found' }) - 1;
}

function includes(points: readonly number[], point: number | undefined): boolean {
  if (point === undefined) return false;
  for (let at = 0; at < points.length; at += 2) {
    if ((points[at] as number) <= point && point <= (points[at + 1] as number)) return true;
  }
  return false;
}

function isAt(points: readonly number[], at: number, place: Place): boolean {
  const [before, after] = [points[at - 1], points[at]];
  const atBoundary = isWord(before) !== isWord(after);
  const places: Readonly<Record<Place, boolean>> = {
    'text-start': before === undefined,
    'text-end': after === undefined,
    'line-start': before === undefined || before === 0x0a,
    'line-end': after === undefined || after === 0x0a,
    'word-boundary': atBoundary,
    'no-word-boundary': !atBoundary,
  };
  return places[place];
}

function isWord(point: number | undefined): boolean {
  return point !== undefined && /\w/.test(String.fromCodePoint(point));
}
