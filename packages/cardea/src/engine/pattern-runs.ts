import { type CodePoints, codePointsOf, LAST_CODE_POINT } from '../ast/pattern/code-points.ts';
import type { PatternNode, SetNode } from '../ast/pattern/node.ts';
import { parsePattern } from '../ast/pattern/parse.ts';

// The first word: how many words of runs follow, and whether the text must end with the last run.
const RUN_WORDS = 0xff;
const TO_THE_END = 1 << 8;

// The first word of a run. Of a literal: its length, and then its characters follow, four to a word. Of a set: the
// least and the greatest number of code points, and which of the four words of bits for ASCII follow; the code
// points of a word that does not are members or not as those beyond ASCII are. A tail is how long the rest of the text
// is, where that alone tells the end of the run.
const BEYOND = 1 << 4;
const LITERAL = 1 << 5;
const TAILED = 1 << 6;
const MIN_SHIFT = 8;
const MAX_SHIFT = 16;
const TAIL_SHIFT = 24;
const COUNT = 0xff;
const UNBOUNDED = COUNT;

const MAX_RUN_WORDS = 64;
/** So many code points can be counted: the native engine takes patterns of that size, too. */
const MAX_PLACES = 200;
const ASCII = 128;

/**
 * A pattern as a text of Latin-1 that {@link matchesRuns} understands, or undefined where it is none of the simple
 * ones: from the start of the text, runs of literals and of sets one after the other, such as `^[\d]{3}[abc]*$` or
 * `^books:.+$`. Where a run may have several lengths, either its set is disjoint from what may follow, and the longest
 * one is then the only one that can lead to a match; or what follows has one length, and ends the text, as in
 * `^.+:read$`. Nothing is ever tried twice.
 *
 * The text lies in a dictionary: equal patterns share it, and none is an object. What a native expression takes
 * to be made and compiled is many times what a decision takes.
 */
export function encodeRuns(source: string): string | undefined {
  const parsed = parsePattern(source);
  const runs = parsed.ok ? runsOf(parsed.node) : undefined;
  const tails = runs?.of.map((_, at) => tailOf(runs, at));
  if (runs === undefined || tails === undefined || tails.includes(AMBIGUOUS)) return undefined;
  const words = runs.of.flatMap((run, at) => wordsOf(run, tails[at] as number));
  if (words.length > MAX_RUN_WORDS || !/^[\0-\xff]*$/.test(source)) return undefined;
  const head = words.length | (runs.toTheEnd ? TO_THE_END : 0);
  return [head, ...words].map(charsOf).join('') + source;
}

/** The pattern that {@link encodeRuns} was given. */
export function sourceOfRuns(encoded: string): string {
  return encoded.slice((1 + encoded.charCodeAt(0)) * 4);
}

/**
 * Whether the pattern matches a text.
 *
 * @param words hold what {@link encodeRuns} made, from `from` on, four characters to a word
 */
export function matchesRuns(words: Int32Array, from: number, text: string): boolean {
  const head = words[from] as number;
  const end = from + 1 + (head & RUN_WORDS);
  let at = 0;
  for (let run = from + 1; run < end; run += lengthOf(words[run] as number)) {
    at = (words[run] as number) & LITERAL ? afterLiteral(words, run, text, at) : afterSet(words, run, text, at);
    if (at < 0) return false;
  }
  return (head & TO_THE_END) === 0 || at === text.length;
}

function afterLiteral(words: Int32Array, run: number, text: string, from: number): number {
  const length = ((words[run] as number) >>> MIN_SHIFT) & COUNT;
  if (from + length > text.length) return -1;
  for (let at = 0; at < length; at++) {
    const char = ((words[run + 1 + (at >> 2)] as number) >>> ((at & 3) << 3)) & 0xff;
    if (text.charCodeAt(from + at) !== char) return -1;
  }
  return from + length;
}

function afterSet(words: Int32Array, run: number, text: string, from: number): number {
  const head = words[run] as number;
  const most = (head >>> MAX_SHIFT) & COUNT;
  const isTailed = (head & TAILED) !== 0;
  const end = isTailed ? text.length - (head >>> TAIL_SHIFT) : text.length;
  let left = most === UNBOUNDED ? text.length : most;
  let at = from;
  let count = 0;
  for (; left > 0 && at < end; left--, count++) {
    const unit = text.charCodeAt(at);
    if (unit < ASCII ? !hasAscii(words, run, unit) : (head & BEYOND) === 0) break;
    at += (unit & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1;
  }
  return count < ((head >>> MIN_SHIFT) & COUNT) || (isTailed && at !== end) ? -1 : at;
}

function hasAscii(words: Int32Array, run: number, unit: number): boolean {
  const head = words[run] as number;
  const word = unit >>> 5;
  if ((head & (1 << word)) === 0) return (head & BEYOND) !== 0;
  return ((words[run + 1 + bitsBelow(head, word)] as number) & (1 << (unit & 31))) !== 0;
}

function bitsBelow(head: number, place: number): number {
  const below = head & ((1 << place) - 1);
  return (below & 1) + ((below >> 1) & 1) + ((below >> 2) & 1) + ((below >> 3) & 1);
}

function lengthOf(head: number): number {
  return 1 + ((head & LITERAL) === 0 ? bitsBelow(head, 4) : (((head >>> MIN_SHIFT) & COUNT) + 3) >> 2);
}

interface Runs {
  readonly of: readonly Run[];
  readonly toTheEnd: boolean;
}

interface Run {
  readonly set: Members;
  readonly min: number;
  /** {@link UNBOUNDED} where there is no limit. */
  readonly max: number;
  /** More code points of ASCII, each once, after the only one of `set`. */
  literal?: string;
}

/** A bit for each code point of ASCII, and one for all others. */
interface Members {
  readonly ascii: readonly number[];
  readonly beyond: boolean;
}

function runsOf(node: PatternNode): Runs | undefined {
  const parts = node.kind === 'concat' ? node.of : [node];
  if (!isAt(parts[0], 'text-start')) return undefined;
  const toTheEnd = isAt(parts.at(-1), 'text-end');
  const runs: Run[] = [];
  let places = 0;
  for (const part of parts.slice(1, toTheEnd ? -1 : undefined)) {
    const run = runOf(part);
    if (run === undefined) return undefined;
    places += run.max === UNBOUNDED ? run.min + 1 : run.max;
    if (run.max > 0) addRun(runs, run);
  }
  return places > MAX_PLACES ? undefined : { of: runs, toTheEnd };
}

function isAt(node: PatternNode | undefined, place: 'text-start' | 'text-end'): boolean {
  return node?.kind === 'assertion' && node.at === place;
}

function runOf(node: PatternNode): Run | undefined {
  const [of, min, max] = node.kind === 'repeat' ? [node.of, node.min, node.max] : [node, 1, 1];
  const set = of.kind === 'set' ? membersOf(of) : undefined;
  if (set === undefined || min > MAX_PLACES) return undefined;
  if (max === Number.POSITIVE_INFINITY) return { set, min, max: UNBOUNDED };
  if (max > MAX_PLACES) return undefined;
  const only = min === 1 && max === 1 ? onlyChar(of as SetNode) : undefined;
  return only === undefined ? { set, min, max } : { set, min, max, literal: only };
}

function addRun(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  if (run.literal === undefined || last?.literal === undefined) runs.push(run);
  else last.literal += run.literal;
}

function onlyChar(node: SetNode): string | undefined {
  const [from, to, more] = codePointsOf(node) as CodePoints;
  return from === to && more === undefined && from !== undefined && from < ASCII
    ? String.fromCharCode(from)
    : undefined;
}

// Undefined where some code points beyond ASCII are members and others are not.
function membersOf(node: SetNode): Members | undefined {
  const points = codePointsOf(node);
  if (points === undefined) return undefined;
  const ascii = [0, 0, 0, 0];
  let beyond = false;
  for (let at = 0; at < points.length; at += 2) {
    const [from, to] = [points[at] as number, points[at + 1] as number];
    for (let point = from; point <= Math.min(to, ASCII - 1); point++)
      ascii[point >> 5] = (ascii[point >> 5] as number) | (1 << (point & 31));
    if (to < ASCII) continue;
    if (from > ASCII || to !== LAST_CODE_POINT) return undefined;
    beyond = true;
  }
  return { ascii, beyond };
}

const NO_TAIL = -1;
const AMBIGUOUS = -2;

/** The length of what follows a run, where the run needs it to know its end. */
function tailOf({ of, toTheEnd }: Runs, at: number): number {
  const { set, min, max } = of[at] as Run;
  if (min === max) return NO_TAIL;
  const following = of.slice(at + 1);
  const last = following.findIndex((run) => run.min > 0);
  if (following.slice(0, last < 0 ? undefined : last + 1).every((run) => areDisjoint(set, run.set))) return NO_TAIL;
  // Code points beyond ASCII are not all of one length.
  if (!toTheEnd || following.some((run) => run.min !== run.max || run.set.beyond)) return AMBIGUOUS;
  return following.reduce((sum, run) => sum + (run.literal?.length ?? run.min), 0);
}

function areDisjoint(left: Members, right: Members): boolean {
  return !(left.beyond && right.beyond) && left.ascii.every((word, at) => (word & (right.ascii[at] as number)) === 0);
}

function wordsOf({ set, min, max, literal }: Run, tail: number): readonly number[] {
  if (literal !== undefined) {
    const words = [LITERAL | (literal.length << MIN_SHIFT)];
    for (let at = 0; at < literal.length; at++) {
      const word = 1 + (at >> 2);
      words[word] = (words[word] ?? 0) | (literal.charCodeAt(at) << ((at & 3) << 3));
    }
    return words;
  }
  const implied = set.beyond ? -1 : 0;
  const mask = set.ascii.reduce((bits, word, at) => (word === implied ? bits : bits | (1 << at)), 0);
  const head = mask | (set.beyond ? BEYOND : 0) | (min << MIN_SHIFT) | (max << MAX_SHIFT);
  return [tail < 0 ? head : head | TAILED | (tail << TAIL_SHIFT), ...set.ascii.filter((word) => word !== implied)];
}

function charsOf(word: number): string {
  return String.fromCharCode(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24);
}
