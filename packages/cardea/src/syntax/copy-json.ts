import type { JsonObject } from '../ast/json.ts';
import { type ErrorCode, quote } from '../errors.ts';
import { attributes, isAttributes } from '../model/entity.ts';
import { inside, MAX_DEPTH, type Place, report } from './issue-collector.ts';
import { describe, isPlainObject } from './plain-object.ts';

/** How many values one input may hold; a part that stands in several places counts in each. */
export const MAX_VALUES = 1_000_000;

/** How an input is copied. */
export interface JsonCopying {
  /** The code of what is wrong. */
  readonly code: ErrorCode;
  /** What a member is that is `undefined`: as good as not there, or wrong. */
  readonly undefinedMembers: 'absent' | 'wrong';
}

/**
 * Copies a JSON value: finite numbers, own enumerable members, no functions, cycles or class instances, at most
 * {@link MAX_DEPTH} levels and {@link MAX_VALUES} values. Reports everything else; the copy is then of no use.
 *
 * INVARIANT: every part of the input is read once, so that what was checked is what is copied, although the
 * input may be made of getters and proxies.
 *
 * @returns a frozen copy that shares nothing with the input; of symbols it has the brand of `attributes` only
 * @throws whatever a getter or a proxy throws
 */
export function copyJson(input: unknown, place: Place, { code, undefinedMembers }: JsonCopying): unknown {
  let left = MAX_VALUES;
  const refuse = (at: Place, message: string): void => report(at, code, message);
  const exceed = (): void => {
    if (left >= 0) refuse(place, `holds more than ${MAX_VALUES} values, shared ones counted each time`);
    left = -1;
  };

  const copy = (value: unknown, at: Place, above: readonly unknown[]): unknown => {
    if (left <= 0) return exceed();
    left -= 1;
    if (above.length > MAX_DEPTH) return refuse(at, `nests deeper than ${MAX_DEPTH} levels`);
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value === 'number')
      return Number.isFinite(value) ? value : refuse(at, `${quote(String(value))} is no JSON number`);
    // Found at once: going round to the greatest depth takes exponential time where a cycle has two ways.
    if (above.includes(value)) return refuse(at, 'contains itself');
    if (Array.isArray(value)) return copyList(value, at, [...above, value]);
    if (isPlainObject(value)) return copyMembers(value, at, [...above, value]);
    return refuse(at, `a ${describe(value)} is no JSON value`);
  };

  const copyList = (list: readonly unknown[], at: Place, inner: readonly unknown[]): unknown => {
    const items: unknown[] = [];
    const { length } = list;
    // Before the loop: a list of holes may be long and cost nothing.
    if (length > left) return exceed();
    for (let index = 0; index < length; index++) {
      if (left < 0) return undefined;
      items.push(copy(list[index], inside(at, index), inner));
    }
    return Object.freeze(items);
  };

  const copyMembers = (dictionary: object, at: Place, inner: readonly unknown[]): unknown => {
    const members: JsonObject = {};
    for (const [key, member] of Object.entries(dictionary)) {
      if (left < 0) return undefined;
      if (member !== undefined)
        // Not by assignment, which would set the prototype by `__proto__`.
        Object.defineProperty(members, key, { value: copy(member, inside(at, key), inner), enumerable: true });
      else if (undefinedMembers === 'wrong') refuse(inside(at, key), 'is undefined; leave it out, or write null');
    }
    return Object.freeze(isAttributes(dictionary) ? attributes(members) : members);
  };

  return copy(input, place, []);
}
