import { type CharClass, type CharSet, charSet } from './char-set.ts';
import { readClassEscape } from './parse-escape.ts';
import { foldFor, type RegexSource } from './source.ts';

/** Reads a set of characters after its `[`: a `]` that comes first is a member, `-` at an end too. */
export function readClassSet(source: RegexSource): CharSet {
  const negative = source.take('^');
  const ranges: number[] = [];
  const classes: CharClass[] = [];
  let first = true;
  while (first || source.peek() !== ']') {
    first = false;
    const member = readMember(source);
    if (typeof member !== 'number') classes.push(member);
    if (!source.take('-')) {
      if (typeof member === 'number') ranges.push(member, member);
      continue;
    }
    if (source.peek() === ']') {
      if (typeof member === 'number') ranges.push(member, member);
      ranges.push(HYPHEN, HYPHEN);
      continue;
    }
    const last = readMember(source);
    if (typeof member !== 'number' || typeof last !== 'number' || last < member)
      throw source.error('bad character range');
    ranges.push(member, last);
  }
  source.next();
  return charSet(ranges, { classes, negative, fold: foldFor(source.flags) });
}

const HYPHEN = 0x2d;

function readMember(source: RegexSource): number | CharClass {
  if (source.done) throw source.error('unterminated character set');
  const char = source.next();
  if (char !== '\\') return char.codePointAt(0) as number;
  const escape = readClassEscape(source);
  if (escape.kind === 'class') return escape.class;
  if (escape.kind === 'char') return escape.codePoint;
  throw source.error('bad escape');
}
