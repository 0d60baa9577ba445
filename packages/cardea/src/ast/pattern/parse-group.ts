import { accept, type Cursor, fail, looksAt, readWhile, refuse } from './cursor.ts';

/** The flags in force: `i` ignores case, `s` lets `.` match a line feed, `m` makes anchors those of lines. */
export type Flags = Readonly<Record<'i' | 's' | 'm', boolean>>;

const NO_FLAGS: Flags = { i: false, s: false, m: false };

/** What other dialects write after `(?`, and we do not. The first that fits counts. */
const LOOKING: readonly (readonly [start: string, name: string])[] = [
  ['=', 'a look-ahead'],
  ['!', 'a look-ahead'],
  ['<=', 'a look-behind'],
  ['<!', 'a look-behind'],
  ['P=', 'a back reference'],
];
const STRANGE: readonly (readonly [start: string, name: string])[] = [
  ['>', 'atomic groups'],
  ['#', 'comments'],
  ['(', 'conditions'],
  ['|', 'branch resets'],
];

/** Reads the flags that the pattern starts with, as in `(?i)`. */
export function parseLeadingFlags(cursor: Cursor): Flags {
  const flags = /^\(\?([A-Za-z]+)\)/.exec(cursor.source)?.[1];
  if (flags === undefined) return NO_FLAGS;
  cursor.at = flags.length + 3;
  return withFlags(cursor, NO_FLAGS, flags, true, 0);
}

/** Reads the start of a group up to its content, and tells the flags of the content. */
export function parseGroupStart(cursor: Cursor, flags: Flags): Flags {
  const from = cursor.at++;
  if (!accept(cursor, '?') || accept(cursor, ':')) return flags;
  const looking = LOOKING.find(([start]) => looksAt(cursor, start));
  if (looking !== undefined) return refuse(cursor, looking[1], from);
  const strange = STRANGE.find(([start]) => looksAt(cursor, start));
  if (strange !== undefined) return fail(cursor, `${strange[1]} are not supported`, from);
  if (accept(cursor, 'P<') || accept(cursor, '<')) {
    parseName(cursor, from);
    return flags;
  }
  return parseScopedFlags(cursor, flags, from);
}

function parseName(cursor: Cursor, from: number): void {
  const name = readWhile(cursor, /^\w$/);
  if (!/^[A-Za-z_]/.test(name) || !accept(cursor, '>')) fail(cursor, 'the name of a group is not a name', from);
  if (cursor.names.has(name)) fail(cursor, `two groups are named \`${name}\``, from);
  cursor.names.add(name);
}

function parseScopedFlags(cursor: Cursor, flags: Flags, from: number): Flags {
  const set = readWhile(cursor, /^[A-Za-z]$/);
  const cleared = accept(cursor, '-') ? readWhile(cursor, /^[A-Za-z]$/) : '';
  const scoped = set + cleared !== '' && accept(cursor, ':');
  if (scoped) return withFlags(cursor, withFlags(cursor, flags, set, true, from), cleared, false, from);
  if (set + cleared !== '' && accept(cursor, ')'))
    return fail(cursor, 'flags stand once at the start of the pattern, or before a colon as in `(?i:…)`', from);
  return fail(cursor, 'unknown kind of group', from);
}

function withFlags(cursor: Cursor, flags: Flags, names: string, on: boolean, from: number): Flags {
  const unknown = names.split('').find((name) => !Object.hasOwn(flags, name));
  if (unknown !== undefined) fail(cursor, `unknown flag \`${unknown}\`; the flags are i, s and m`, from);
  return { ...flags, ...Object.fromEntries(names.split('').map((name) => [name, on])) };
}
