import { LruMap } from '../../../ast/lru.ts';
import { expandBackreferences, refuseBackreferences } from './backreference.ts';
import { matchesFromStart, mayBeginWith } from './match.ts';
import { type ParsedRegex, parseRegex } from './parse.ts';
import { compileProgram, type Program } from './program.ts';
import type { RegexNode } from './tree.ts';

/** A regular expression of Python, read and compiled. */
export interface PythonRegex {
  readonly node: RegexNode;
  /** Python's flag bits, those included that the expression sets itself. */
  readonly flags: number;
  /** Whether it matches from the start of a text, as Python's `match`. */
  readonly test: (text: string) => boolean;
  /** Whether it may match a text that begins with this character; false only where it surely does not. */
  readonly mayBeginWith: (char: string) => boolean;
}

/**
 * Reads a regular expression of Python 3.11 and compiles it for matching in linear time.
 *
 * @param flags Python's flag bits
 * @throws RegexSyntaxError where Python refuses it
 * @throws RegexUnsupportedError where it cannot be matched in linear time
 */
export function compilePythonRegex(pattern: string, flags = 0): PythonRegex {
  return compileNode(parseRegex(pattern, flags));
}

/** Compiles a tree. @throws RegexUnsupportedError where it cannot be matched in linear time */
export function compileNode({ node: parsed, flags }: ParsedRegex): PythonRegex {
  const node = refuseBackreferences(expandBackreferences(parsed));
  const program: Program = compileProgram(node);
  return {
    node,
    flags,
    test: (text) => matchesFromStart(program, text),
    mayBeginWith: (char) => mayBeginWith(program, char),
  };
}

const compiled = new LruMap<string, PythonRegex>(1024);

/** {@link compilePythonRegex} with a memory of the last thousand expressions. */
export function knownPythonRegex(pattern: string, flags: number): PythonRegex {
  const key = `${flags}/${pattern}`;
  const regex = compiled.get(key) ?? compilePythonRegex(pattern, flags);
  compiled.set(key, regex);
  return regex;
}
