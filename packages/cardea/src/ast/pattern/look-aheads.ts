import { quote } from '../../errors.ts';
import type { PatternProblem } from './cursor.ts';
import { MAX_PATTERN_LENGTH } from './parse.ts';

/** A pattern without look-aheads: it is found where, of one of the lists, every pattern is found. */
export type Conjunctions =
  | { readonly ok: true; readonly value: readonly (readonly string[])[] }
  | { readonly ok: false; readonly problem: PatternProblem };

/**
 * Takes the look-aheads at the start of a pattern, or of a branch of it, apart. What `(?=.*x)` looks for may stand
 * anywhere after the place where the search begins, so that the start of the text is as good a place as any: searching for
 * `(?=.*x)(?=.*y)` is searching for `x` and for `y`. What follows look-aheads is searched for from the same place: it must
 * start with `.*`, or the branch with `^`.
 *
 * @returns patterns that are not looked into, and may be none
 *
 * @example
 * ```ts
 * splitLookAheads('^(?=.*a)(?=.*b)c|d'); // [['a', 'b', '^c'], ['d']]
 * ```
 */
export function splitLookAheads(pattern: string): Conjunctions {
  // The reader of patterns refuses what is too long.
  if (!pattern.includes('(?=') || pattern.length > MAX_PATTERN_LENGTH) return { ok: true, value: [[pattern]] };
  const conjunctions: (readonly string[])[] = [];
  for (const branch of branchesOf(pattern)) {
    const found = conjunctionOf(branch);
    if (typeof found === 'string') return refused(pattern, found);
    conjunctions.push(found);
  }
  return { ok: true, value: conjunctions };
}

function refused(pattern: string, reason: string): Conjunctions {
  const message = `${reason}, in ${quote(pattern)}`;
  return { ok: false, problem: { code: 'CARDEA_UNSUPPORTED_PATTERN', message, position: 1 } };
}

/** The patterns that must all be found, or why there are none. */
function conjunctionOf(branch: string): readonly string[] | string {
  const isBound = branch.startsWith('^');
  const found: string[] = [];
  let at = isBound ? 1 : 0;
  while (branch.startsWith('(?=', at)) {
    const end = closing(branch, at);
    // What is not closed is told by the reader of patterns.
    if (end === undefined) return [branch];
    const body = branch.slice(at + 3, end);
    if (branchesOf(body).length > 1)
      return 'a choice in a look-ahead stands in a group after `.*`, as in `(?=.*(?:a|b))`';
    const anywhere = /^\.\*\??/.exec(body)?.[0];
    if (anywhere !== undefined) found.push(body.slice(anywhere.length));
    else if (isBound) found.push(`^${body}`);
    else return 'a look-ahead starts with `.*`, or the pattern with `^`';
    at = end + 1;
  }
  if (found.length === 0) return [branch];
  const rest = branch.slice(at);
  if (rest === '') return found;
  if (isBound) return [...found, `^${rest}`];
  const anywhere = /^(?:\.\*\??|(?=\^))/.exec(rest)?.[0];
  if (anywhere === undefined) return 'what follows a look-ahead starts with `.*`, or the pattern with `^`';
  return [...found, rest.slice(anywhere.length)];
}

function branchesOf(pattern: string): readonly string[] {
  const branches: string[] = [];
  let from = 0;
  walk(pattern, 0, (char, at, depth) => {
    if (char !== '|' || depth !== 0) return false;
    branches.push(pattern.slice(from, at));
    from = at + 1;
    return false;
  });
  return [...branches, pattern.slice(from)];
}

/** Where the group that opens here closes. */
function closing(pattern: string, from: number): number | undefined {
  return walk(pattern, from, (char, _, depth) => char === ')' && depth === 0);
}

/** Goes through the characters that are neither escaped nor in a class, up to one that is the one looked for. */
function walk(
  pattern: string,
  from: number,
  isIt: (char: string, at: number, depth: number) => boolean,
): number | undefined {
  let depth = 0;
  let inClass = false;
  for (let at = from; at < pattern.length; at++) {
    const char = pattern[at] as string;
    if (char === '\\') at++;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else {
      if (char === '(') depth++;
      if (char === ')') depth--;
      if (isIt(char, at, depth)) return at;
    }
  }
  return undefined;
}
