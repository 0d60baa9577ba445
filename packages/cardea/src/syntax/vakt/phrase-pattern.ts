import { LruMap } from '../../ast/lru.ts';
import { CardeaError, quote } from '../../errors.ts';
import { type PhrasePart, splitPhrase, type Tags } from '../phrase.ts';
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

/** How a phrase with two or more tagged parts is read. */
export type SeveralParts =
  /** Each part is an expression. */
  | 'each'
  /** As vakt miscompiles it: the first part is an expression, the others are empty, and texts are repeated. */
  | 'vakt';

/**
 * Reads a phrase whose expressions stand between tags, in Python's dialect. vakt reads the first tagged part
 * only; here every part is an expression, unless the reading of vakt is asked for (Q1 of the migration guide).
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
export function vaktPattern(phrase: string, start = '<', end = '>', severalParts: SeveralParts = 'each'): VaktPattern {
  const key = JSON.stringify([phrase, start, end, severalParts]);
  const pattern = known.get(key) ?? compile(phrase, [start, end], severalParts);
  known.set(key, pattern);
  return pattern;
}

const known = new LruMap<string, VaktPattern>(1024);

function compile(phrase: string, tags: Tags, severalParts: SeveralParts): VaktPattern {
  const split = splitPhrase(phrase, tags);
  if (typeof split === 'string') throw new CardeaError('CARDEA_INVALID_PATTERN', `unbalanced tags: ${split}`);
  const parts = severalParts === 'vakt' ? miscompiledParts(phrase, split) : split;
  try {
    const whole: RegexNode = {
      kind: 'sequence',
      of: [{ kind: 'position', at: 'start' }, ...parts.map(partNode), { kind: 'position', at: 'beforeFinalNewline' }],
    };
    const { node, test } = compileNode({ node: whole, flags: 0 });
    return { source: `^${parts.map(partSource).join('')}$`, node, test };
  } catch (error) {
    if (error instanceof RegexSyntaxError)
      throw new CardeaError('CARDEA_INVALID_PATTERN', `${quote(phrase)} is no valid expression: ${error.message}`);
    if (error instanceof RegexUnsupportedError)
      throw new CardeaError(
        'CARDEA_UNSUPPORTED_PATTERN',
        `${quote(phrase)} cannot be matched in linear time: ${error.message}`,
      );
    throw error;
  }
}

// vakt takes the end of the part of number n from place n + 1 of the list of all starts and ends, which is right
// for the first part only.
function miscompiledParts(phrase: string, parts: readonly PhrasePart[]): readonly PhrasePart[] {
  const bounds: number[] = [];
  let at = 0;
  for (const { kind, text } of parts) {
    if (kind === 'expression') bounds.push(at, at + text.length + 2);
    at += text.length + (kind === 'expression' ? 2 : 0);
  }
  const read: PhrasePart[] = [];
  let end = 0;
  for (let number = 0; number * 2 < bounds.length; number++) {
    const start = bounds[number * 2] as number;
    read.push({ kind: 'literal', text: phrase.slice(end, start) });
    end = bounds[number + 1] as number;
    read.push({ kind: 'expression', text: phrase.slice(start + 1, Math.max(start + 1, end - 1)) });
  }
  return [...read, { kind: 'literal', text: phrase.slice(end) }];
}

function partNode({ kind, text }: PhrasePart): RegexNode {
  if (kind === 'literal')
    return {
      kind: 'sequence',
      of: Array.from(text, (char) => ({ kind: 'set', set: single(char.codePointAt(0) as number) })),
    };
  // vakt compiles the part alone and then once more within a group; both must be valid.
  parseRegex(`^${text}$`);
  return parseRegex(`(${text})`).node;
}

function partSource({ kind, text }: PhrasePart): string {
  return kind === 'literal' ? text.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&') : `(${text})`;
}
