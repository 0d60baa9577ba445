import type { CharSet } from './char-set.ts';
import { type Position, type RegexNode, RegexUnsupportedError } from './tree.ts';

/** One step of a program: consume a character, or go on under a condition. */
export type Step =
  | { readonly kind: 'char'; readonly set: CharSet }
  | { readonly kind: 'fork'; readonly to: readonly number[] }
  | { readonly kind: 'position'; readonly at: Position }
  | { readonly kind: 'look'; readonly look: number }
  | { readonly kind: 'accept' };

/** A look-around, with the program that is run over the whole text beforehand. */
export interface Look {
  readonly program: readonly Step[];
  readonly behind: boolean;
  readonly negative: boolean;
}

/** A compiled expression; looks stand after those that they contain. */
export interface Program {
  readonly steps: readonly Step[];
  readonly looks: readonly Look[];
}

// Counted repetitions are written out; this bounds the memory, and with it the work per character.
const MAX_STEPS = 20_000;

/**
 * Compiles an expression to a nondeterministic automaton (K. Thompson, 1968).
 *
 * @throws RegexUnsupportedError when it would be too large
 */
export function compileProgram(node: RegexNode): Program {
  const looks: Look[] = [];
  return { steps: assemble(node, looks, false), looks };
}

function assemble(node: RegexNode, looks: Look[], backwards: boolean): readonly Step[] {
  const steps: Step[] = [];
  emit(node, { steps, looks, backwards });
  steps.push({ kind: 'accept' });
  return steps;
}

interface Assembler {
  readonly steps: Step[];
  readonly looks: Look[];
  /** A look-ahead is run from the end of the text to its start, so its sequences are reversed. */
  readonly backwards: boolean;
}

function emit(node: RegexNode, assembler: Assembler): void {
  const { steps } = assembler;
  if (steps.length > MAX_STEPS)
    throw new RegexUnsupportedError('counted repetitions that multiply to more than 20000 steps');
  switch (node.kind) {
    case 'set':
      steps.push({ kind: 'char', set: node.set });
      return;
    case 'position':
      steps.push({ kind: 'position', at: node.at });
      return;
    case 'group':
      return emit(node.of, assembler);
    case 'sequence':
      for (const part of assembler.backwards ? node.of.toReversed() : node.of) emit(part, assembler);
      return;
    case 'choice':
      return emitChoice(node.of, assembler);
    case 'repeat':
      return emitRepeat(node, assembler);
    case 'look':
      return emitLook(node, assembler);
    case 'backreference':
      throw new RegexUnsupportedError('a back reference');
  }
}

function emitChoice(branches: readonly RegexNode[], assembler: Assembler): void {
  const { steps } = assembler;
  const starts: number[] = [];
  const ends: number[] = [];
  const fork = steps.push({ kind: 'fork', to: starts }) - 1;
  for (const branch of branches) {
    starts.push(steps.length - fork);
    emit(branch, assembler);
    ends.push(steps.push({ kind: 'fork', to: [] }) - 1);
  }
  for (const end of ends) steps[end] = { kind: 'fork', to: [steps.length - end] };
}

function emitRepeat({ of, min, max }: RegexNode & { readonly kind: 'repeat' }, assembler: Assembler): void {
  const { steps } = assembler;
  for (let count = 0; count < min; count++) emit(of, assembler);
  if (max === Number.POSITIVE_INFINITY) {
    const fork = steps.push({ kind: 'fork', to: [] }) - 1;
    emit(of, assembler);
    const back = steps.length;
    steps.push({ kind: 'fork', to: [fork - back] });
    steps[fork] = { kind: 'fork', to: [1, steps.length - fork] };
    return;
  }
  const forks: number[] = [];
  for (let count = min; count < max; count++) {
    forks.push(steps.push({ kind: 'fork', to: [] }) - 1);
    emit(of, assembler);
  }
  for (const fork of forks) steps[fork] = { kind: 'fork', to: [1, steps.length - fork] };
}

function emitLook(node: RegexNode & { readonly kind: 'look' }, { steps, looks }: Assembler): void {
  const program = assemble(node.of, looks, !node.behind);
  looks.push({ program, behind: node.behind, negative: node.negative });
  steps.push({ kind: 'look', look: looks.length - 1 });
}
