import {
  ASCII,
  DOT_ALL,
  foldFor,
  IGNORE_CASE,
  MULTILINE,
  type RegexSource,
  VERBOSE,
  VerboseRequest,
} from './source.ts';
import { atomic } from './atomic.ts';
import { fixedWidth } from './width.ts';
import { type RegexNode, RegexUnsupportedError } from './tree.ts';

/** What an opening parenthesis begins: nothing (a comment, flags), a finished node, or a group to read. */
export type OpenedGroup =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'node'; readonly node: RegexNode }
  | { readonly kind: 'group'; readonly flags: number; readonly close: (inner: RegexNode) => RegexNode };

/**
 * Reads what follows `(` up to the inner expression.
 *
 * @param atStart whether the group opens the expression: only there may flags for all of it stand
 */
export function openGroup(source: RegexSource, atStart: boolean): OpenedGroup {
  if (!source.take('?')) return capturing(source, undefined);
  const char = source.next();
  if (char === ':') return plain(source, (inner) => inner);
  if (char === '>') return plain(source, atomic);
  if (char === '#') return comment(source);
  if (char === '=' || char === '!')
    return plain(source, (inner) => ({ kind: 'look', of: inner, behind: false, negative: char === '!' }));
  if (char === '<') return openLookBehind(source);
  if (char === 'P') return openNamed(source);
  if (char === '(') return openConditional(source);
  return openFlags(source, char, atStart);
}

function capturing(source: RegexSource, name: string | undefined): OpenedGroup {
  const index = source.openGroup(name);
  return plain(source, (inner) => {
    source.closeGroup(index);
    return { kind: 'group', of: inner, index };
  });
}

function plain(source: RegexSource, close: (inner: RegexNode) => RegexNode): OpenedGroup {
  return { kind: 'group', flags: source.flags, close };
}

function comment(source: RegexSource): OpenedGroup {
  source.takeUntil(')');
  return { kind: 'nothing' };
}

function openLookBehind(source: RegexSource): OpenedGroup {
  const char = source.next();
  if (char !== '=' && char !== '!') throw source.error(`unknown extension ?<${char}`);
  return plain(source, (inner) => {
    if (fixedWidth(inner) === undefined) throw source.error('look-behind requires fixed-width pattern');
    return { kind: 'look', of: inner, behind: true, negative: char === '!' };
  });
}

function openNamed(source: RegexSource): OpenedGroup {
  if (source.take('<')) return capturing(source, source.takeUntil('>'));
  if (!source.take('=')) throw source.error('unknown extension ?P');
  const name = source.takeUntil(')');
  const index = source.names.get(name);
  if (index === undefined) throw source.error(`unknown group name ${name}`);
  return { kind: 'node', node: { kind: 'backreference', index: source.reference(index), fold: foldFor(source.flags) } };
}

function openConditional(source: RegexSource): OpenedGroup {
  const name = source.takeUntil(')');
  if (!/^\d+$/.test(name) && !source.names.has(name)) throw source.error(`unknown group name ${name}`);
  throw new RegexUnsupportedError('a condition on a group, `(?(…)…)`');
}

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['i', IGNORE_CASE],
  ['m', MULTILINE],
  ['s', DOT_ALL],
  ['x', VERBOSE],
  ['a', ASCII],
  ['u', 32],
]);

function openFlags(source: RegexSource, first: string, atStart: boolean): OpenedGroup {
  let char = first;
  let added = 0;
  for (; FLAGS.has(char); char = source.next()) added |= FLAGS.get(char) as number;
  if ((added & ASCII) !== 0 && (added & 32) !== 0)
    throw source.error("bad inline flags: flags 'a', 'u' and 'L' are incompatible");
  if (char === ')' && added !== 0) return flagsForAll(source, added, atStart);
  let removed = 0;
  if (char === '-')
    for (char = source.next(); FLAGS.has(char); char = source.next()) removed |= FLAGS.get(char) as number;
  if (char !== ':' || (first === '-' && removed === 0) || (removed & (ASCII | 32)) !== 0 || (added & removed) !== 0)
    throw source.error(`unknown extension or flag ?${first}`);
  const typed = (added & 32) !== 0 ? source.flags & ~ASCII : source.flags;
  return { kind: 'group', flags: (typed | added) & ~removed, close: (inner) => inner };
}

function flagsForAll(source: RegexSource, added: number, atStart: boolean): OpenedGroup {
  if (!atStart) throw source.error('global flags not at the start of the expression');
  if ((added & ASCII) !== 0 && (source.flags & 32) !== 0)
    throw source.error('the flags ASCII and UNICODE exclude each other');
  if ((added & ~source.flags & VERBOSE) !== 0) throw new VerboseRequest();
  source.flags |= added;
  return { kind: 'nothing' };
}
