import { LruMap } from '../../ast/lru.ts';
import { CardeaError, quote } from '../../errors.ts';
import { type PhrasePart, splitPhrase } from '../phrase.ts';
import { compileNode } from './regex/index.ts';
import { parseRegex } from './regex/parse.ts';
import { single } from './regex/char-set.ts';
import { type RegexNode, RegexSyntaxError, RegexUnsupportedError } from './regex/tree.ts';

/** A string element of a policy of vakt, read as its regex checker does. */
export interface VaktPattern {
  /** The expression as vakt compiles and stores it; with several tagged parts, what vakt should have compiled. */
  readonly source: string;
  readonly node: RegexNode;
  /** Whether a text matches; the end may be followed by one line break, as Python's `$` allows. */
  readonly test: (text: string) => boolean;
}

/**
 * Reads a phrase whose expressions stand between tags, in Python's dialect. Unlike vakt, which reads the
 * first tagged part only, every part is an expression (Q1 of the migration guide).
 *
 * @param start the character that opens an expression
 * @param end the character that closes one
 * @throws CARDEA_INVALID_PATTERN when the tags are not balanced or a part is no expression
 * @throws CARDEA_UNSUPPORTED_PATTERN when a part cannot be matched in linear time
 *
 * @example
 * ```ts
 * vaktPattern('books:<\\d+>', '<', '>').test('books:42'); // true
 * ```
 */
export function vaktPattern(phrase: string, start = '<', end = '>'): VaktPattern {
  const key = JSON.stringify([phrase, start, end]);
  const pattern = known.get(key) ?? compile(phrase, start, end);
  known.set(key, pattern);
  return pattern;
}

const known = new LruMap<string, VaktPattern>(1024);

function compile(phrase: string, start: string, end: string): VaktPattern {
  const parts = splitPhrase(phrase, [start, end]);
  if (typeof parts === 'string') throw new CardeaError('CARDEA_INVALID_PATTERN', `unbalanced tags: ${parts}`);
  try {
    const { node, test } = compileNode({ kind: 'sequence', of: [{ kind: 'position', at: 'start' }, ...parts.map(partNode), { kind: 'position', at: 'beforeFinalNewline' }] });
    return { source: `^${parts.map(partSource).join('')}$`, node, test };
  } catch (error) {
    if (error instanceof RegexSyntaxError) throw new CardeaError('CARDEA_INVALID_PATTERN', `${quote(phrase)} is no valid expression: ${error.message}`);
    if (error instanceof RegexUnsupportedError) throw new CardeaError('CARDEA_UNSUPPORTED_PATTERN', `${quote(phrase)} cannot be matched in linear time: ${error.message}`);
    throw error;
  }
}

function partNode({ kind, text }: PhrasePart): RegexNode {
  if (kind === 'literal') return { kind: 'sequence', of: Array.from(text, (char) => ({ kind: 'set', set: single(char.codePointAt(0) as number) })) };
  // vakt compiles the part alone and then once more within a group; both must be valid.
  parseRegex(`^${text}$`);
  return parseRegex(`(${text})`);
}

function partSource({ kind, text }: PhrasePart): string {
  return kind === 'literal' ? text.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&') : `(${text})`;
}
