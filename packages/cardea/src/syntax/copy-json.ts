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
  /** What a member is that is `undefined`: as good as not there, or wrong, or wrong unless it is one of the input itself. */
  readonly undefinedMembers: 'absent' | 'wrong' | 'wrong-inside';
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
  // The lists and dictionaries around a value, and where in them it stands.
  const above: unknown[] = [];
  const path: (string | number)[] = [];
  const refuse = (message: string): void => report(path.reduce(inside<Place>, place), code, message);
  const exceed = (): void => {
    if (left >= 0) report(place, code, `holds more than ${MAX_VALUES} values, shared ones counted each time`);
    left = -1;
  };

  const copy = (value: unknown): unknown => {
    if (left <= 0) return exceed();
    left -= 1;
    if (above.length > MAX_DEPTH) return refuse(`nests deeper than ${MAX_DEPTH} levels`);
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value === 'number')
      return Number.isFinite(value) ? value : refuse(`${quote(String(value))} is no JSON number`);
    // Found at once: going round to the greatest depth takes exponential time where a cycle has two ways.
    if (above.includes(value)) return refuse('contains itself');
    if (!Array.isArray(value) && !isPlainObject(value)) return refuse(`a ${describe(value)} is no JSON value`);
    above.push(value);
    const copied = Array.isArray(value) ? copyList(value) : copyMembers(value);
    above.pop();
    return copied;
  };

  const copyInside = (part: string | number, value: unknown): unknown => {
    path.push(part);
    const copied = copy(value);
    path.pop();
    return copied;
  };

  const copyList = (list: readonly unknown[]): unknown => {
    const items: unknown[] = [];
    const { length } = list;
    // Before the loop: a list of holes may be long and cost nothing.
    if (length > left) return exceed();
    for (let index = 0; index < length; index++) {
      if (left < 0) return undefined;
      items.push(copyInside(index, list[index]));
    }
    return Object.freeze(items);
  };

  const copyMembers = (dictionary: object): unknown => {
    const members: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(dictionary)) {
      if (left < 0) return undefined;
      if (member !== undefined) define(members, key, copyInside(key, member));
      else if (undefinedMembers === 'wrong' || (undefinedMembers === 'wrong-inside' && path.length > 0)) {
        path.push(key);
        refuse('is undefined; leave it out, or write null');
        path.pop();
      }
    }
    return Object.freeze(isAttributes(dictionary) ? attributes(members as JsonObject) : members);
  };

  return copy(input);
}

function define(members: Record<string, unknown>, key: string, value: unknown): void {
  // Assigned, this one would be the prototype.
  if (key === '__proto__') Object.defineProperty(members, key, { value, enumerable: true });
  else members[key] = value;
}
