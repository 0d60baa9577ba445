/** Any JSON value. Attribute values, rule arguments and obligations are of this type. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object: an attribute dictionary. Only own members count. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON value that has no parts. */
export type Scalar = null | boolean | number | string;

/** The JSON type of a value, as the operator `isType` names it. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'list' | 'object';

/** The names of {@link JsonType}, for validation and completion. */
export const JSON_TYPES: readonly JsonType[] = ['null', 'boolean', 'number', 'string', 'list', 'object'];

/**
 * The JSON type of a value.
 *
 * @example
 * ```ts
 * jsonTypeOf([1]); // 'list'
 * ```
 */
export function jsonTypeOf(value: Json): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value as 'boolean' | 'number' | 'string' | 'object';
}

/**
 * Whether a value is an object that is no list.
 *
 * @example
 * ```ts
 * isJsonObject({}); // true
 * isJsonObject([]); // false
 * ```
 */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Whether a value is JSON without parts: a text, a finite number, a boolean or null.
 *
 * @example
 * ```ts
 * isScalar(Number.NaN); // false
 * ```
 */
export function isScalar(value: unknown): value is Scalar {
  // Infinity less infinity is no number, and no number less itself is none.
  if (typeof value === 'number') return value - value === 0;
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

/**
 * Deep equality of JSON values. `1` is not `true`, `"1"` is not `1`, the order of members does not
 * matter, `-0` is `0`, and a member that is `undefined` counts as absent.
 *
 * @example
 * ```ts
 * jsonEqual({ a: 1, b: [2] }, { b: [2], a: 1 }); // true
 * ```
 */
export function jsonEqual(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (isList(left))
    return (
      isList(right) && left.length === right.length && left.every((item, at) => jsonEqual(item, right[at] as Json))
    );
  if (isList(right)) return false;
  const keys = definedKeys(left);
  return (
    keys.length === definedKeys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && jsonEqual(left[key] as Json, right[key] as Json))
  );
}

/**
 * The one text that all equal JSON values share: members sorted by code unit, no white space.
 *
 * @example
 * ```ts
 * canonicalJson({ b: 1, a: [true] }); // '{"a":[true],"b":1}'
 * ```
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value === 0 ? 0 : value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = definedKeys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as Json)}`);
  return `{${members.join(',')}}`;
}

/**
 * Compares strings by code point, as SQL with byte-wise collation and Python do: JavaScript's `<`
 * compares UTF-16 units, which puts U+1F600 before U+FFFD.
 *
 * @returns a negative number, zero or a positive number
 *
 * @example
 * ```ts
 * compareCodePoints('\u{1f600}', '\ufffd') > 0; // true; with `<` it would come first
 * ```
 */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

// Surrogates (U+D800–DFFF) stand for code points above U+FFFF: lifting them above every other unit
// makes the order of units that of code points.
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit > 0xdfff ? unit - 0x800 : unit + 0x2000;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function definedKeys(value: JsonObject): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}
