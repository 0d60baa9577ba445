import { FALSE, test, value } from '../ast/build.ts';
import type { Condition, Operand } from '../ast/condition.ts';
import { checkPattern } from '../ast/pattern/compile.ts';
import { patternCondition } from '../ast/pattern/shape.ts';
import { quote } from '../errors.ts';
import { type Place, report } from './issue-collector.ts';

/** The two characters that delimit expressions in a string element. */
export type Tags = readonly [start: string, end: string];

/** `<` and `>`, as in vakt. */
export const DEFAULT_TAGS: Tags = ['<', '>'];

/** One part of a string element: a literal, or an expression that stood between tags. */
export interface PhrasePart {
  readonly kind: 'literal' | 'expression';
  readonly text: string;
}

/**
 * Splits a string element at its tags. Tags nest: those inside an expression belong to it.
 *
 * @returns the parts, or what is wrong
 *
 * @example
 * ```ts
 * splitPhrase('books:<\\d+>:read', ['<', '>']); // literal 'books:', expression '\\d+', literal ':read'
 * ```
 */
export function splitPhrase(phrase: string, [start, end]: Tags): readonly PhrasePart[] | string {
  const parts: PhrasePart[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < phrase.length; at++) {
    const char = phrase[at];
    if (char === start && depth++ === 0) {
      if (at > from) parts.push({ kind: 'literal', text: phrase.slice(from, at) });
      from = at + 1;
    } else if (char === end) {
      if (depth === 0) return `${quote(end)} at position ${at + 1} closes nothing in ${quote(phrase)}`;
      if (--depth > 0) continue;
      parts.push({ kind: 'expression', text: phrase.slice(from, at) });
      from = at + 1;
    }
  }
  if (depth > 0) return `${quote(start)} is not closed in ${quote(phrase)}`;
  if (from < phrase.length) parts.push({ kind: 'literal', text: phrase.slice(from) });
  return parts;
}

/**
 * Lowers a string element with tagged expressions: the whole value must be the literals and match the
 * expressions, in order. Without tags it is equality. What is wrong is reported.
 */
export function lowerPhrase(phrase: string, what: Operand, tags: Tags, place: Place): Condition {
  if (!phrase.includes(tags[0]) && !phrase.includes(tags[1])) return test('eq', what, value(phrase));
  const parts = splitPhrase(phrase, tags);
  if (typeof parts === 'string') return wrong(place, parts);
  if (parts.every(({ kind }) => kind === 'literal')) return test('eq', what, value(phrase));
  const whole = `^${parts.map(({ kind, text }) => (kind === 'literal' ? escapePattern(text) : grouped(text))).join('')}$`;
  // Each expression is checked alone first: `<a)(b>` must not close the group that we put around it.
  const expressions = parts.filter(({ kind }) => kind === 'expression').map(({ text }) => text);
  const problem = [...expressions, whole].map(checkPattern).find((found) => found !== undefined);
  if (problem === undefined) return patternCondition(what, whole);
  report(place, problem.code, problem.message);
  return FALSE;
}

/** A text as a pattern that finds just this text. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** An expression in a group of its own; flags at its start hold for the group. */
function grouped(expression: string): string {
  const flags = /^\(\?([ims]+)\)/.exec(expression);
  return flags === null ? `(?:${expression})` : `(?${flags[1]}:${expression.slice(flags[0].length)})`;
}

function wrong(place: Place, message: string): Condition {
  report(place, 'CARDEA_INVALID_PATTERN', message);
  return FALSE;
}
