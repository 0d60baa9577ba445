import { and, FALSE, not, test, value } from '../ast/build.ts';
import type { Condition, Operand } from '../ast/condition.ts';
import { LruMap } from '../ast/lru.ts';
import { CardeaError, type Issue } from '../errors.ts';
import { pathOf, type Place, rootPlace } from './issue-collector.ts';
import { DEFAULT_TAGS, lowerPhrase, type Tags } from './phrase.ts';

/**
 * How the elements of policies are read: what a string element means, and whether rules count.
 * Elements that a checker does not read never match (vakt's four checkers, and ours that reads all).
 */
export interface Checker {
  readonly name: 'default' | 'rules' | 'regex' | 'exact' | 'fuzzy';
  /** The condition of a string element on `what`; what is wrong with the string is reported at its place. */
  readonly readString: (text: string, what: Operand, tags: Tags, place: Place) => Condition;
  /** Whether rules and dictionaries of attributes are read. */
  readonly readsRules: boolean;
}

/**
 * Reads both kinds: strings as {@link regexChecker} does, rules as {@link rulesChecker} does.
 *
 * @param options.cacheSize lowered strings to keep, null for all, 0 for none
 *
 * @throws CARDEA_INVALID_ARGUMENT when `cacheSize` is no size
 *
 * @example
 * ```ts
 * new Guard(storage, { checker: defaultChecker({ cacheSize: 500 }) });
 * ```
 */
export function defaultChecker(options: { readonly cacheSize?: number | null } = {}): Checker {
  return { name: 'default', readString: cached(options.cacheSize), readsRules: true };
}

/**
 * Reads rules and dictionaries of attributes; strings never match.
 *
 * @example
 * ```ts
 * new Guard(storage, { checker: rulesChecker() }); // `{ role: 'admin' }` is read, `'admin'` fits nothing
 * ```
 */
export function rulesChecker(): Checker {
  return { name: 'rules', readString: () => FALSE, readsRules: true };
}

/**
 * Reads strings: literals compare whole and case-sensitively, expressions stand between the policy's tags.
 *
 * @param options.cacheSize lowered strings to keep, null for all, 0 for none
 *
 * @throws CARDEA_INVALID_ARGUMENT when `cacheSize` is no size
 *
 * @example
 * ```ts
 * new Guard(storage, { checker: regexChecker() }); // 'books:<\\d+>' matches 'books:42'
 * ```
 */
export function regexChecker(options: { readonly cacheSize?: number | null } = {}): Checker {
  return { name: 'regex', readString: cached(options.cacheSize), readsRules: false };
}

/**
 * Reads strings as literals that compare whole; tags around the whole string are dropped.
 *
 * @example
 * ```ts
 * new Guard(storage, { checker: exactChecker() }); // '<max>' matches 'max', and 'm.x' only 'm.x'
 * ```
 */
export function exactChecker(): Checker {
  return {
    name: 'exact',
    readString: (text, what, tags) => test('eq', what, value(untagged(text, tags))),
    readsRules: false,
  };
}

/**
 * Reads strings as texts of which the inquiry's value must be a part that is not empty; tags around the whole string are dropped.
 *
 * @example
 * ```ts
 * new Guard(storage, { checker: fuzzyChecker() }); // 'books of max' matches 'max'
 * ```
 */
export function fuzzyChecker(): Checker {
  return {
    name: 'fuzzy',
    readString: (text, what, tags) =>
      and(test('contains', value(untagged(text, tags)), what), not(test('eq', what, value('')))),
    readsRules: false,
  };
}

interface Lowered {
  readonly condition: Condition;
  readonly issues: readonly Issue[];
}

function cached(size: number | null = 1024): Checker['readString'] {
  if (size !== null && (!Number.isInteger(size) || size < 0))
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'cacheSize must be a whole number of at least 0, or null');
  const known = new LruMap<string, Lowered>(size);
  return (text, what, tags, place) => {
    // A literal is lowered sooner than looked up.
    if (size === 0 || (!text.includes(tags[0]) && !text.includes(tags[1]))) return lowerPhrase(text, what, tags, place);
    const key = keyOf(text, what, tags);
    let found = known.get(key);
    if (found === undefined) {
      found = lowered(text, what, tags);
      known.set(key, found);
    }
    if (found.issues.length > 0) reportAt(place, found.issues);
    return found.condition;
  };
}

function keyOf(text: string, what: Operand, tags: Tags): string {
  // No name of a category begins as JSON does.
  return tags === DEFAULT_TAGS && what.kind === 'attr' && what.path.length === 0
    ? `${what.of} ${text}`
    : JSON.stringify([what, tags, text]);
}

function reportAt(place: Place, issues: readonly Issue[]): void {
  for (const issue of issues) place.issues.push({ ...issue, path: pathOf(place) });
}

function lowered(text: string, what: Operand, tags: Tags): Lowered {
  const place = rootPlace();
  return { condition: lowerPhrase(text, what, tags, place), issues: place.issues };
}

function untagged(text: string, [start, end]: Tags): string {
  return text.length >= 2 && text.startsWith(start) && text.endsWith(end) ? text.slice(1, -1) : text;
}
