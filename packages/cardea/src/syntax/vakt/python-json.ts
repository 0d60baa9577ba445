import type { Json, JsonObject } from '../../ast/json.ts';
import { isJsonObject } from '../../ast/json.ts';
import { isDict, isList, isTuple, type Python } from './python-value.ts';

/**
 * A value of Python as JSON that our rules compare. What JSON cannot hold keeps jsonpickle's marks:
 * `{ 'py/tuple': […] }`, `{ 'py/set': […] }`, `{ 'py/b64': '…' }`, and two of our own, `{ 'py/int': '…' }` for an
 * integer that no double holds and `{ 'py/float': 'nan' }`. A whole `float` becomes the same number as the `int`.
 */
export function toJson(value: Python): Json {
  if (typeof value === 'bigint')
    return BigInt(Number(value) || 0) === value ? Number(value) : { 'py/int': value.toString() };
  if (typeof value === 'number') return Number.isFinite(value) ? value : { 'py/float': String(value) };
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(toJson);
  if (isDict(value)) return dictionary(value);
  if (isTuple(value)) return { 'py/tuple': value.items.map(toJson) };
  // A set has no order: sorting its members gives equal sets one form.
  if (value.py === 'set')
    return { 'py/set': value.items.map(toJson).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
  if (value.py === 'bytes') return { 'py/b64': value.base64 };
  return { 'py/object': value.class, ...dictionary(value.attributes) };
}

/** The value of Python that JSON stands for: the inverse of {@link toJson}, with whole numbers as `int`. */
export function fromJson(json: Json): Python {
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json;
  if (json === null || typeof json !== 'object') return json;
  if (!isJsonObject(json)) return json.map(fromJson);
  const keys = Object.keys(json);
  const [key] = keys;
  const marked = keys.length === 1 && key !== undefined ? fromMarked(key, json[key] as Json) : undefined;
  return marked ?? new Map(keys.map((name) => [name, fromJson(json[name] as Json)]));
}

function fromMarked(mark: string, inner: Json): Python | undefined {
  if (mark === 'py/tuple' && Array.isArray(inner)) return { py: 'tuple', items: inner.map(fromJson) };
  if (mark === 'py/set' && Array.isArray(inner)) return { py: 'set', items: inner.map(fromJson) };
  if (typeof inner !== 'string') return undefined;
  if (mark === 'py/b64') return { py: 'bytes', base64: inner };
  if (mark === 'py/int' && /^-?\d+$/.test(inner)) return BigInt(inner);
  return mark === 'py/float' ? Number(inner) : undefined;
}

// Object.fromEntries defines members, so that a key `__proto__` is one more member.
function dictionary(entries: ReadonlyMap<string, Python>): JsonObject {
  return Object.fromEntries(Array.from(entries, ([key, member]) => [key, toJson(member)]));
}
