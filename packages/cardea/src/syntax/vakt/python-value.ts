/**
 * A value of Python, as far as vakt stores and compares them: `int` is a bigint, `float` a number, `list` an
 * array, `dict` a Map (in document order), and the rest are marked by `py`.
 */
export type Python =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly Python[]
  | PythonDict
  | PythonTuple
  | PythonSet
  | PythonBytes
  | PythonInstance;

/** A dictionary; jsonpickle has turned all keys into strings. */
export type PythonDict = ReadonlyMap<string, Python>;

/** A tuple: equal to another tuple only, never to a list. */
export interface PythonTuple {
  readonly py: 'tuple';
  readonly items: readonly Python[];
}

/** A set; the order of its members has no meaning. */
export interface PythonSet {
  readonly py: 'set';
  readonly items: readonly Python[];
}

/** Bytes in base 64. */
export interface PythonBytes {
  readonly py: 'bytes';
  readonly base64: string;
}

/** An instance of a class that was read but never made: its name and attributes only. */
export interface PythonInstance {
  readonly py: 'instance';
  readonly class: string;
  readonly attributes: PythonDict;
}

/** Whether a value is a `dict`. */
export function isDict(value: Python): value is PythonDict {
  return value instanceof Map;
}

/** Whether a value is a `list`. */
export function isList(value: Python): value is readonly Python[] {
  return Array.isArray(value);
}

/** Whether a value is a tuple. */
export function isTuple(value: Python): value is PythonTuple {
  return isMarked(value) && value.py === 'tuple';
}

/** Whether a value is a set. */
export function isSet(value: Python): value is PythonSet {
  return isMarked(value) && value.py === 'set';
}

/** Whether a value is bytes. */
export function isBytes(value: Python): value is PythonBytes {
  return isMarked(value) && value.py === 'bytes';
}

/** Whether a value is an instance of a class. */
export function isInstance(value: Python): value is PythonInstance {
  return isMarked(value) && value.py === 'instance';
}

/** A number or a boolean as a number (`True` is 1), or undefined. */
export function asNumber(value: Python): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/**
 * Python's `==`: booleans are numbers, `int` and `float` compare exactly, a list never equals a tuple.
 */
export function pythonEqual(left: Python, right: Python): boolean {
  const [a, b] = [asNumber(left), asNumber(right)];
  // A bigint and a number are compared by their exact mathematical values (ECMA-262 §7.2.13).
  if (a !== undefined || b !== undefined)
    return a !== undefined && b !== undefined && !(a < b) && !(a > b) && !isNotANumber(a) && !isNotANumber(b);
  if (left === right) return true;
  if (isList(left)) return isList(right) && equalItems(left, right);
  if (isDict(left)) return isDict(right) && equalDicts(left, right);
  if (!isMarked(left) || !isMarked(right)) return false;
  if (left.py === 'tuple') return right.py === 'tuple' && equalItems(left.items, right.items);
  if (left.py === 'set')
    return right.py === 'set' && isSubset(left.items, right.items) && isSubset(right.items, left.items);
  return left.py === 'bytes' && right.py === 'bytes' && left.base64 === right.base64;
}

/** Whether Python can hash a value, so that it can be looked for in a set: no lists, dictionaries or sets, at any depth of a tuple. */
export function isHashable(value: Python): boolean {
  if (isTuple(value)) return value.items.every(isHashable);
  return !isList(value) && !isDict(value) && !isSet(value) && !isInstance(value);
}

/** Python's truth of a value: empty collections and texts, zero and `None` are false. */
export function isTruthy(value: Python): boolean {
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return value.size > 0;
  if (!isMarked(value)) return Boolean(value);
  if (value.py === 'bytes') return value.base64 !== '';
  return value.py === 'instance' || value.items.length > 0;
}

/** Whether every item of one list equals some item of the other. */
export function isSubset(items: readonly Python[], others: readonly Python[]): boolean {
  return items.every((item) => others.some((other) => pythonEqual(item, other)));
}

function isMarked(value: Python): value is PythonTuple | PythonSet | PythonBytes | PythonInstance {
  return typeof value === 'object' && value !== null && 'py' in value;
}

function isNotANumber(value: bigint | number): boolean {
  return typeof value === 'number' && Number.isNaN(value);
}

function equalItems(left: readonly Python[], right: readonly Python[]): boolean {
  return left.length === right.length && left.every((item, at) => pythonEqual(item, right[at] as Python));
}

function equalDicts(left: PythonDict, right: PythonDict): boolean {
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && pythonEqual(value, right.get(key) as Python))
  );
}
