import { isJsonObject, type Json } from '../ast/json.ts';
import { type ErrorCode, quote } from '../errors.ts';
import { inside, MAX_DEPTH, type Place, report } from './issue-collector.ts';

/**
 * Checks that a value is JSON: finite numbers, own members, no functions, cycles or class instances, and at
 * most {@link MAX_DEPTH} levels deep. Reports everything that is not.
 *
 * @returns whether it is
 */
export function checkJson(
  input: unknown,
  place: Place,
  code: ErrorCode,
  above: readonly unknown[] = [],
): input is Json {
  if (above.length > MAX_DEPTH) return refuse(place, code, `nests deeper than ${MAX_DEPTH} levels`);
  if (input === null || typeof input === 'boolean' || typeof input === 'string') return true;
  if (typeof input === 'number')
    return Number.isFinite(input) || refuse(place, code, `${quote(String(input))} is no JSON number`);
  // Found at once: going round to the greatest depth takes exponential time where a cycle has two ways.
  if (above.includes(input)) return refuse(place, code, 'contains itself');
  const inner = [...above, input];
  if (Array.isArray(input))
    return Array.from(input, (member, at) => checkJson(member, inside(place, at), code, inner)).every(Boolean);
  if (!isPlainObject(input)) return refuse(place, code, `a ${describe(input)} is no JSON value`);
  return Object.keys(input)
    .map((key) => checkMember(input, key, place, code, inner))
    .every(Boolean);
}

/** Whether a value is an object made of members only: no class instance, whose meaning JSON would lose. */
export function isPlainObject(input: unknown): input is Readonly<Record<string, unknown>> {
  if (!isJsonObject(input)) return false;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** What a value is, for a message. */
export function describe(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'list';
  if (typeof input === 'object') return isPlainObject(input) ? 'dictionary' : 'class instance';
  return typeof input;
}

function checkMember(
  input: Readonly<Record<string, unknown>>,
  key: string,
  place: Place,
  code: ErrorCode,
  above: readonly unknown[],
): boolean {
  // A JSON value has no `undefined`; builders that spread optional members leave some, which count as absent.
  return input[key] === undefined || checkJson(input[key], inside(place, key), code, above);
}

function refuse(place: Place, code: ErrorCode, message: string): false {
  report(place, code, message);
  return false;
}
