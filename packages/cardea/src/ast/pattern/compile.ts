import { RE2JS } from 're2js';
import { CardeaError, quote } from '../../errors.ts';
import { LruMap } from '../lru.ts';
import type { PatternProblem } from './cursor.ts';
import { isLinear } from './linear.ts';
import { parsePattern } from './parse.ts';
import { printPattern } from './print.ts';

/** A pattern ready to be searched for, in time linear in the text. */
export interface PatternMatcher {
  readonly source: string;
  /** Which engine runs it; the answer does not depend on it. */
  readonly engine: 'native' | 're2js';
  /** Whether the pattern is found in the text. */
  readonly test: (text: string) => boolean;
}

// A native engine keeps a record for each code point that a loop has matched, in a stack of limited
// size (64 MB in V8): longer texts, in UTF-16 units, go to the engine without one.
const MAX_NATIVE_TEXT = 100_000;

/**
 * Prepares a pattern: natively where {@link isLinear} proves that backtracking is bounded, else on
 * re2js, which never backtracks. Both are handed the same sets of code points.
 *
 * @throws CARDEA_INVALID_PATTERN where the text is no pattern, CARDEA_UNSUPPORTED_PATTERN where only a
 * backtracking engine could run it
 *
 * @example
 * ```ts
 * compilePattern('^books:(.+)$').test('books:dune'); // true
 * ```
 */
export function compilePattern(source: string): PatternMatcher {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw patternError(parsed.problem);
  const { node } = parsed;
  if (!isLinear(node)) {
    const regex = linearRegex(source, printPattern(node, 're2'));
    return { source, engine: 're2js', test: (text) => regex.test(text) };
  }
  const regex = new RegExp(printPattern(node, 'native'), 'u');
  let forLongTexts: RE2JS | undefined;
  const testLong = (text: string): boolean => {
    forLongTexts ??= linearRegex(source, printPattern(node, 're2'));
    return forLongTexts.test(text);
  };
  return {
    source,
    engine: 'native',
    test: (text) => (text.length > MAX_NATIVE_TEXT ? testLong(text) : regex.test(text)),
  };
}

/**
 * What is wrong with a pattern, or undefined.
 *
 * @example
 * ```ts
 * checkPattern('a{2,1}')?.message; // 'the bounds of a repetition are in the wrong order, at position 2 of `a{2,1}`'
 * ```
 */
export function checkPattern(source: string): PatternProblem | undefined {
  const parsed = parsePattern(source);
  return parsed.ok ? undefined : parsed.problem;
}

const compiled = new LruMap<string, PatternMatcher>(1_000);

/**
 * Whether a pattern is found in a text. The patterns used last stay compiled.
 *
 * @throws as {@link compilePattern}
 */
export function matchPattern(source: string, text: string): boolean {
  const known = compiled.get(source);
  if (known !== undefined) return known.test(text);
  const matcher = compilePattern(source);
  compiled.set(source, matcher);
  return matcher.test(text);
}

/** The error of a pattern that is none. */
export function patternError({ code, message }: PatternProblem): CardeaError {
  return new CardeaError(code, message);
}

function linearRegex(source: string, printed: string): RE2JS {
  try {
    return RE2JS.compile(printed);
  } catch (cause) {
    throw new CardeaError('CARDEA_INVALID_PATTERN', `the pattern ${quote(source)} is too large`, { cause });
  }
}
