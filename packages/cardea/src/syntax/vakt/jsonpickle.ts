import { expandedSize, MAX_EXPANDED_SIZE } from './expanded-size.ts';
import type { LosslessJson } from './lossless-json.ts';
import { isDict, isList, isTuple, type Python, type PythonInstance } from './python-value.ts';

/** A text that jsonpickle could not have written. */
export class JsonpickleError extends Error {
  override readonly name = 'JsonpickleError';
}

/**
 * Reads the marks that jsonpickle leaves in JSON: `py/object`, `py/tuple`, `py/set`, `py/b64` and references
 * `py/id`. Classes are not looked up: an instance stays its name and its attributes.
 *
 * References count every list, dictionary and instance in document order, the root being 0; tuples, sets and
 * bytes do not count. A reference may point forward; one that points nowhere is `None`, as in jsonpickle.
 *
 * @throws JsonpickleError for a reference to something that contains it, or a malformed mark
 */
export function readJsonpickle(json: LosslessJson): Python {
  const decoder: Decoder = { counted: [], references: [] };
  const root = decode(json, decoder);
  if (decoder.references.length === 0) return root;
  const resolved = resolve(root, decoder, { open: new Set(), done: new Map() });
  if (expandedSize(resolved) > MAX_EXPANDED_SIZE)
    throw new JsonpickleError(`the references stand for more than ${MAX_EXPANDED_SIZE} values`);
  return resolved;
}

const MAX_DEPTH = 400;

/** A reference that is not looked up yet: `py/id` of this number. */
class Reference {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

interface Decoder {
  readonly counted: Python[];
  readonly references: Reference[];
}

function decode(json: LosslessJson, decoder: Decoder): Python {
  if (json === null || typeof json !== 'object') return json;
  if (!(json instanceof Map)) return decodeList(json as readonly LosslessJson[], decoder);
  const members = json as ReadonlyMap<string, LosslessJson>;
  for (const [mark, read] of MARKS) {
    if (members.has(mark)) return read(members.get(mark) as LosslessJson, members, decoder);
  }
  const dict = new Map<string, Python>();
  decoder.counted.push(dict);
  for (const [key, member] of members) dict.set(key, decode(member, decoder));
  return dict;
}

function decodeList(json: readonly LosslessJson[], decoder: Decoder): Python {
  const list: Python[] = [];
  decoder.counted.push(list);
  for (const item of json) list.push(decode(item, decoder));
  return list;
}

type MarkReader = (inner: LosslessJson, members: ReadonlyMap<string, LosslessJson>, decoder: Decoder) => Python;

// In the order in which jsonpickle looks for them.
const MARKS: readonly (readonly [string, MarkReader])[] = [
  ['py/b64', (inner) => ({ py: 'bytes', base64: textOf(inner, 'py/b64') })],
  ['py/id', readReference],
  [
    'py/tuple',
    (inner, _, decoder) => ({ py: 'tuple', items: listOf(inner, 'py/tuple').map((item) => decode(item, decoder)) }),
  ],
  [
    'py/set',
    (inner, _, decoder) => ({ py: 'set', items: listOf(inner, 'py/set').map((item) => decode(item, decoder)) }),
  ],
  ['py/object', readInstance],
];

function readReference(inner: LosslessJson, _: unknown, decoder: Decoder): Python {
  if (typeof inner !== 'bigint' || inner < 0n) throw new JsonpickleError('`py/id` must be a whole number');
  const reference = new Reference(Number(inner));
  decoder.references.push(reference);
  return reference as unknown as Python;
}

function readInstance(inner: LosslessJson, members: ReadonlyMap<string, LosslessJson>, decoder: Decoder): Python {
  const attributes = new Map<string, Python>();
  const instance: PythonInstance = { py: 'instance', class: textOf(inner, 'py/object'), attributes };
  decoder.counted.push(instance);
  for (const [key, member] of members) if (key !== 'py/object') attributes.set(key, decode(member, decoder));
  return instance;
}

interface Resolution {
  /** What is being resolved: meeting it again is a cycle. */
  readonly open: Set<Python>;
  /** What is resolved, so that shared parts stay shared. */
  readonly done: Map<Python, Python>;
}

function resolve(value: Python, decoder: Decoder, resolution: Resolution): Python {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Reference) return resolve(decoder.counted[value.id] ?? null, decoder, resolution);
  const known = resolution.done.get(value);
  if (known !== undefined) return known;
  if (resolution.open.size > MAX_DEPTH) throw new JsonpickleError(`references nest deeper than ${MAX_DEPTH} levels`);
  if (resolution.open.has(value)) throw new JsonpickleError('a `py/id` refers to something that contains it');
  resolution.open.add(value);
  const resolved = resolveParts(value, (part) => resolve(part, decoder, resolution));
  resolution.open.delete(value);
  resolution.done.set(value, resolved);
  return resolved;
}

function resolveParts(
  value: Exclude<Python, string | number | bigint | boolean | null>,
  part: (value: Python) => Python,
): Python {
  if (isList(value)) return value.map(part);
  if (isDict(value)) return new Map(Array.from(value, ([key, member]) => [key, part(member)]));
  if (isTuple(value) || value.py === 'set') return { ...value, items: value.items.map(part) };
  return value.py === 'bytes'
    ? value
    : { ...value, attributes: part(value.attributes) as PythonInstance['attributes'] };
}

function textOf(inner: LosslessJson, mark: string): string {
  if (typeof inner !== 'string') throw new JsonpickleError(`\`${mark}\` must be a string`);
  return inner;
}

function listOf(inner: LosslessJson, mark: string): readonly LosslessJson[] {
  if (!Array.isArray(inner)) throw new JsonpickleError(`\`${mark}\` must be a list`);
  return inner;
}
