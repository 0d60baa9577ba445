import { type Cursor, fail, accept, looksAt, PatternFailure, type PatternProblem, readWhile } from './cursor.ts';
import type { PatternNode, Place, RepeatNode } from './node.ts';
import { parseClass } from './parse-class.ts';
import { parseCharEscape, parseClassEscape } from './parse-escape.ts';
import { type Flags, parseGroupStart, parseLeadingFlags } from './parse-group.ts';

/** A pattern longer than this, in UTF-16 units, is refused. */
export const MAX_PATTERN_LENGTH = 10_000;
/** Groups nest no deeper. */
export const MAX_PATTERN_DEPTH = 250;
/** A repetition, or the product of nested ones, counts no further (RE2's limit). */
export const MAX_REPETITION = 1_000;
/** A pattern with its repetitions written out has no more places: matching takes text × places steps at worst. */
export const MAX_PATTERN_PLACES = 10_000;

/** The tree of a pattern, or why it is none. */
export type ParsedPattern =
  | { readonly ok: true; readonly node: PatternNode }
  | { readonly ok: false; readonly problem: PatternProblem };

/**
 * Reads a pattern: the expressions that RE2 and JavaScript (flag `u`) have in common, by code point.
 * `\d \s \w \b` are ASCII as in RE2; flags stand at the start (`(?i)`) or before a colon (`(?i:…)`).
 * What one of the two would read as a literal by leniency, such as a lone `{`, is refused. Never throws.
 *
 * @example
 * ```ts
 * parsePattern('^a+$'); // { ok: true, node: { kind: 'concat', of: [ … ] } }
 * parsePattern('a(?=b)'); // { ok: false, problem: { code: 'CARDEA_UNSUPPORTED_PATTERN', position: 2, … } }
 * ```
 */
export function parsePattern(source: string): ParsedPattern {
  if (last?.source !== source) last = { source, parsed: parsed(source) };
  return last.parsed;
}

// Whoever reads a policy checks a pattern first, and then asks for its shape.
let last: { readonly source: string; readonly parsed: ParsedPattern } | undefined;

function parsed(source: string): ParsedPattern {
  const chars = source.length > MAX_PATTERN_LENGTH ? [] : Array.from(source);
  const cursor: Cursor = { source, chars, at: 0, names: new Set() };
  try {
    return { ok: true, node: parseWhole(cursor) };
  } catch (error) {
    if (error instanceof PatternFailure) return { ok: false, problem: error.problem };
    throw error;
  }
}

const LONE_SURROGATE = /[\ud800-\udfff]/u;

function parseWhole(cursor: Cursor): PatternNode {
  if (cursor.source.length > MAX_PATTERN_LENGTH)
    return fail(cursor, `a pattern is longer than ${MAX_PATTERN_LENGTH} characters`);
  if (LONE_SURROGATE.test(cursor.source)) {
    const lone = cursor.chars.findIndex((char) => LONE_SURROGATE.test(char));
    return fail(cursor, 'a lone surrogate is no character', lone);
  }
  const node = parseAlternation(cursor, parseLeadingFlags(cursor), 0);
  if (cursor.at < cursor.chars.length) return fail(cursor, '`)` closes no group');
  return placesOf(node) <= MAX_PATTERN_PLACES
    ? node
    : fail(cursor, `repetitions written out make more than ${MAX_PATTERN_PLACES} places`, 0);
}

function parseAlternation(cursor: Cursor, flags: Flags, depth: number): PatternNode {
  if (depth > MAX_PATTERN_DEPTH) return fail(cursor, `groups nest deeper than ${MAX_PATTERN_DEPTH}`);
  const branches = [parseBranch(cursor, flags, depth)];
  while (accept(cursor, '|')) branches.push(parseBranch(cursor, flags, depth));
  return single(branches) ?? { kind: 'alternation', of: branches };
}

function parseBranch(cursor: Cursor, flags: Flags, depth: number): PatternNode {
  const parts: PatternNode[] = [];
  while (cursor.at < cursor.chars.length && !looksAt(cursor, '|') && !looksAt(cursor, ')')) {
    const part = parseRepetition(cursor, parseAtom(cursor, flags, depth));
    if (part.kind === 'concat') parts.push(...part.of);
    else parts.push(part);
  }
  return single(parts) ?? { kind: 'concat', of: parts };
}

function single(nodes: readonly PatternNode[]): PatternNode | undefined {
  return nodes.length === 1 ? nodes[0] : undefined;
}

function parseAtom(cursor: Cursor, flags: Flags, depth: number): PatternNode {
  const char = cursor.chars[cursor.at] as string;
  switch (char) {
    case '(':
      return parseGroup(cursor, flags, depth);
    case '[':
      return { kind: 'set', ...parseClass(cursor), fold: flags.i };
    case '\\':
      return parseEscape(cursor, flags);
    case '^':
      return parseAssertion(cursor, 1, flags.m ? 'line-start' : 'text-start');
    case '$':
      return parseAssertion(cursor, 1, flags.m ? 'line-end' : 'text-end');
    case '*':
    case '+':
    case '?':
    case '{':
      return fail(cursor, `\`${char}\` repeats nothing; the character is written \`\\${char}\``);
    case '}':
    case ']':
      return fail(cursor, `\`${char}\` closes nothing; the character is written \`\\${char}\``);
  }
  cursor.at++;
  return char === '.' ? dot(flags) : literal(char.codePointAt(0) as number, flags);
}

function parseGroup(cursor: Cursor, flags: Flags, depth: number): PatternNode {
  const from = cursor.at;
  const node = parseAlternation(cursor, parseGroupStart(cursor, flags), depth + 1);
  return accept(cursor, ')') ? node : fail(cursor, 'a group is not closed', from);
}

function parseEscape(cursor: Cursor, flags: Flags): PatternNode {
  const letter = cursor.chars[cursor.at + 1];
  if (letter === 'b') return parseAssertion(cursor, 2, 'word-boundary');
  if (letter === 'B') return parseAssertion(cursor, 2, 'no-word-boundary');
  const item = parseClassEscape(cursor);
  if (item !== undefined) return { kind: 'set', items: [item], negated: false, fold: flags.i };
  return literal(parseCharEscape(cursor), flags);
}

function literal(point: number, flags: Flags): PatternNode {
  return { kind: 'set', items: [{ kind: 'range', from: point, to: point }], negated: false, fold: flags.i };
}

// `.` is all but a line feed; under the flag `s`, all but nothing.
function dot(flags: Flags): PatternNode {
  const excluded = { kind: 'range', from: 0x0a, to: 0x0a } as const;
  return { kind: 'set', items: flags.s ? [] : [excluded], negated: true, fold: false };
}

function parseAssertion(cursor: Cursor, length: number, at: Place): PatternNode {
  cursor.at += length;
  if (repeats(cursor)) fail(cursor, 'a place in the text cannot be repeated');
  return { kind: 'assertion', at };
}

function parseRepetition(cursor: Cursor, of: PatternNode): PatternNode {
  const from = cursor.at;
  const bounds = parseBounds(cursor);
  if (bounds === undefined) return of;
  const [min, max] = bounds;
  const lazy = accept(cursor, '?');
  if (looksAt(cursor, '+') && !lazy) return fail(cursor, 'possessive repetition is not supported');
  if (repeats(cursor)) return fail(cursor, 'a repetition is repeated without a group');
  const node: RepeatNode = { kind: 'repeat', of, min, max, lazy };
  return repetitionOf(node) <= MAX_REPETITION
    ? node
    : fail(cursor, `a repetition, or the product of nested ones, is over ${MAX_REPETITION}`, from);
}

function repeats({ chars, at }: Cursor): boolean {
  const char = chars[at];
  return char === '*' || char === '+' || char === '?' || char === '{';
}

function parseBounds(cursor: Cursor): readonly [min: number, max: number] | undefined {
  if (accept(cursor, '*')) return [0, Number.POSITIVE_INFINITY];
  if (accept(cursor, '+')) return [1, Number.POSITIVE_INFINITY];
  if (accept(cursor, '?')) return [0, 1];
  const from = cursor.at;
  if (!accept(cursor, '{')) return undefined;
  const min = readWhile(cursor, /^[0-9]$/);
  const open = accept(cursor, ',');
  const last = open ? readWhile(cursor, /^[0-9]$/) : min;
  if (min === '' || !accept(cursor, '}'))
    return fail(cursor, '`{` starts no repetition such as `{2,5}`; the character is written `\\{`', from);
  const max = last === '' ? Number.POSITIVE_INFINITY : Number(last);
  if (max < Number(min)) return fail(cursor, 'the bounds of a repetition are in the wrong order', from);
  return [Number(min), max];
}

function repetitionOf(node: PatternNode): number {
  if (node.kind === 'concat' || node.kind === 'alternation')
    return node.of.reduce((most, part) => Math.max(most, repetitionOf(part)), 1);
  return node.kind === 'repeat' ? Math.max(1, countOf(node)) * repetitionOf(node.of) : 1;
}

function placesOf(node: PatternNode): number {
  if (node.kind === 'concat' || node.kind === 'alternation')
    return node.of.reduce((sum, part) => sum + placesOf(part), 0);
  return node.kind === 'repeat' ? Math.max(1, countOf(node)) * placesOf(node.of) : 1;
}

function countOf({ min, max }: RepeatNode): number {
  return max === Number.POSITIVE_INFINITY ? min : max;
}
