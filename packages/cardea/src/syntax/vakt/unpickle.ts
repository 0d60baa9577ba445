import { expandedSize, MAX_EXPANDED_SIZE } from './expanded-size.ts';
import type { Python, PythonDict } from './python-value.ts';
import { PATTERN_CLASS, POLICY_CLASSES, RULE_CLASSES } from './rule-classes.ts';

/** A pickle that is broken, or that holds more than policies of vakt. */
export class UnpickleError extends Error {
  override readonly name = 'UnpickleError';
}

/**
 * Reads the pickle of a policy (protocols 2 to 5, what Python 3 writes) without running anything: values,
 * instances of the classes of vakt, sets and compiled patterns. Every other class or function that the pickle
 * names, and every other operation, is refused.
 *
 * Source: Python's Lib/pickletools.py, the documentation of each opcode.
 *
 * @throws UnpickleError when the pickle is broken or holds anything else
 */
export function unpickle(bytes: Uint8Array): Python {
  const machine: Machine = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: 0,
    stack: [],
    marks: [],
    memo: new Map(),
  };
  for (;;) {
    const opcode = byte(machine);
    if (opcode === STOP) return bounded(finished(pop(machine), { open: new Set(), done: new Map() }));
    const operation = OPERATIONS.get(opcode);
    if (operation === undefined)
      throw new UnpickleError(`operation 0x${opcode.toString(16)} of the pickle is not supported`);
    operation(machine);
  }
}

/** What stands on the stack while it is built: collections that still grow, classes, instances. */
type Building =
  | null
  | boolean
  | bigint
  | number
  | string
  | BuildingList
  | BuildingTuple
  | BuildingSet
  | BuildingDict
  | BuildingInstance
  | NamedClass
  | BuildingBytes;
interface BuildingList {
  readonly kind: 'list';
  readonly items: Building[];
}
interface BuildingTuple {
  readonly kind: 'tuple';
  readonly items: readonly Building[];
}
interface BuildingSet {
  readonly kind: 'set';
  readonly items: Building[];
}
interface BuildingDict {
  readonly kind: 'dict';
  readonly entries: Map<string, Building>;
}
interface BuildingInstance {
  readonly kind: 'instance';
  readonly class: string;
  state: BuildingDict;
}
interface NamedClass {
  readonly kind: 'class';
  readonly name: string;
}
interface BuildingBytes {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

interface Machine {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  stack: Building[];
  readonly marks: Building[][];
  readonly memo: Map<number, Building>;
}

const STOP = 0x2e;

type Operation = (machine: Machine) => void;

const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  // PROTO, FRAME
  [0x80, (m) => void take(m, 1)],
  [0x95, (m) => void take(m, 8)],
  // NONE, NEWTRUE, NEWFALSE
  [0x4e, (m) => void m.stack.push(null)],
  [0x88, (m) => void m.stack.push(true)],
  [0x89, (m) => void m.stack.push(false)],
  // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
  [0x4a, (m) => void m.stack.push(BigInt(m.view.getInt32(take(m, 4), true)))],
  [0x4b, (m) => void m.stack.push(BigInt(byte(m)))],
  [0x4d, (m) => void m.stack.push(BigInt(m.view.getUint16(take(m, 2), true)))],
  [0x8a, (m) => void m.stack.push(long(m, byte(m)))],
  [0x8b, (m) => void m.stack.push(long(m, m.view.getInt32(take(m, 4), true)))],
  [0x47, (m) => void m.stack.push(m.view.getFloat64(take(m, 8)))],
  // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8, SHORT_BINBYTES, BINBYTES
  [0x8c, (m) => void m.stack.push(text(m, byte(m)))],
  [0x58, (m) => void m.stack.push(text(m, m.view.getUint32(take(m, 4), true)))],
  [0x8d, (m) => void m.stack.push(text(m, Number(m.view.getBigUint64(take(m, 8), true))))],
  [0x43, (m) => void m.stack.push({ kind: 'bytes', bytes: slice(m, byte(m)) })],
  [0x42, (m) => void m.stack.push({ kind: 'bytes', bytes: slice(m, m.view.getUint32(take(m, 4), true)) })],
  // MARK, EMPTY_LIST, EMPTY_TUPLE, EMPTY_DICT, EMPTY_SET
  [0x28, mark],
  [0x5d, (m) => void m.stack.push({ kind: 'list', items: [] })],
  [0x29, (m) => void m.stack.push({ kind: 'tuple', items: [] })],
  [0x7d, (m) => void m.stack.push({ kind: 'dict', entries: new Map() })],
  [0x8f, (m) => void m.stack.push({ kind: 'set', items: [] })],
  // APPEND, APPENDS, ADDITEMS, SETITEM, SETITEMS, TUPLE, TUPLE1, TUPLE2, TUPLE3
  [0x61, (m) => append(m, 'list', [pop(m)])],
  [0x65, (m) => append(m, 'list', sinceMark(m))],
  [0x90, (m) => append(m, 'set', sinceMark(m))],
  [0x73, (m) => setItems(m, popMany(m, 2))],
  [0x75, (m) => setItems(m, sinceMark(m))],
  [0x74, (m) => tuple(m, sinceMark(m))],
  [0x85, (m) => tuple(m, popMany(m, 1))],
  [0x86, (m) => tuple(m, popMany(m, 2))],
  [0x87, (m) => tuple(m, popMany(m, 3))],
  // MEMOIZE, BINPUT, LONG_BINPUT, BINGET, LONG_BINGET
  [0x94, (m) => void m.memo.set(m.memo.size, top(m))],
  [0x71, (m) => void m.memo.set(byte(m), top(m))],
  [0x72, (m) => void m.memo.set(m.view.getUint32(take(m, 4), true), top(m))],
  [0x68, (m) => recall(m, byte(m))],
  [0x6a, (m) => recall(m, m.view.getUint32(take(m, 4), true))],
  // GLOBAL, STACK_GLOBAL, NEWOBJ, REDUCE, BUILD
  [0x63, (m) => void m.stack.push(namedClass(line(m), line(m)))],
  [0x93, (m) => {
    const [module, name] = popMany(m, 2);
    m.stack.push(namedClass(module, name));
  }],
  [0x81, newObject],
  [0x52, reduce],
  [0x62, build],
]); // biome-ignore format: one line an opcode

const SET = 'builtins.set';
const COMPILE = 're._compile';
const BYTES = 'builtins.bytes';
const ENCODE = '_codecs.encode';
const FUNCTIONS: readonly string[] = [SET, COMPILE, BYTES, ENCODE];
const KNOWN: ReadonlySet<string> = new Set([...RULE_CLASSES.keys(), ...POLICY_CLASSES, ...FUNCTIONS]);

function namedClass(module: Building | undefined, name: Building | undefined): NamedClass {
  // Protocol 2 names the modules of Python 2.
  const path =
    typeof module === 'string' && typeof name === 'string'
      ? `${module.replace('__builtin__', 'builtins')}.${name}`
      : '?';
  if (!KNOWN.has(path)) throw new UnpickleError(`\`${path}\` is none of the classes of vakt, and nothing else is read`);
  return { kind: 'class', name: path };
}

function newObject(machine: Machine): void {
  const [target, args] = popMany(machine, 2);
  if (!isKind(target, 'class') || !isKind(args, 'tuple') || args.items.length > 0 || FUNCTIONS.includes(target.name))
    throw new UnpickleError('an object of the pickle is made in a way that is not known');
  machine.stack.push({ kind: 'instance', class: target.name, state: { kind: 'dict', entries: new Map() } });
}

function reduce(machine: Machine): void {
  const [target, args] = popMany(machine, 2);
  const items = isKind(args, 'tuple') ? args.items : [];
  const made = isKind(target, 'class') ? REDUCTIONS.get(target.name)?.(items) : undefined;
  if (made === undefined) throw new UnpickleError('the pickle calls something that is not known');
  machine.stack.push(made);
}

// Protocol 2 writes bytes as the text of their Latin-1 characters.
const REDUCTIONS: ReadonlyMap<string, (args: readonly Building[]) => Building | undefined> = new Map<
  string,
  (args: readonly Building[]) => Building | undefined
>([
  [SET, ([list]) => (isKind(list, 'list') ? { kind: 'set', items: [...list.items] } : undefined)],
  [COMPILE, pattern],
  [BYTES, (args) => (args.length === 0 ? { kind: 'bytes', bytes: new Uint8Array() } : undefined)],
  [
    ENCODE,
    ([latin]) =>
      typeof latin === 'string'
        ? { kind: 'bytes', bytes: Uint8Array.from(latin, (char) => char.charCodeAt(0)) }
        : undefined,
  ],
]);

function pattern([source = null, flags = 0n]: readonly Building[]): BuildingInstance {
  return {
    kind: 'instance',
    class: PATTERN_CLASS,
    state: {
      kind: 'dict',
      entries: new Map([
        ['pattern', source],
        ['flags', flags],
      ]),
    },
  };
}

function build(machine: Machine): void {
  const state = pop(machine);
  const target = top(machine);
  if (!isKind(target, 'instance') || !isKind(state, 'dict'))
    throw new UnpickleError('the state of an object of the pickle is no dictionary');
  target.state = state;
}

function append(machine: Machine, kind: 'list' | 'set', items: readonly Building[]): void {
  const target = top(machine);
  if (!isKind(target, kind)) throw new UnpickleError(`the pickle adds to something that is no ${kind}`);
  for (const item of items) target.items.push(item);
}

function setItems(machine: Machine, items: readonly Building[]): void {
  const target = top(machine);
  if (!isKind(target, 'dict')) throw new UnpickleError('the pickle adds members to something that is no dictionary');
  for (let at = 0; at + 1 < items.length; at += 2) {
    const key = items[at];
    if (typeof key !== 'string') throw new UnpickleError('a dictionary of the pickle has a key that is no string');
    target.entries.set(key, items[at + 1] as Building);
  }
}

function tuple(machine: Machine, items: readonly Building[]): void {
  machine.stack.push({ kind: 'tuple', items });
}

function mark(machine: Machine): void {
  machine.marks.push(machine.stack);
  machine.stack = [];
}

function sinceMark(machine: Machine): readonly Building[] {
  const items = machine.stack;
  const outer = machine.marks.pop();
  if (outer === undefined) throw new UnpickleError('the pickle ends a group that it did not begin');
  machine.stack = outer;
  return items;
}

function recall(machine: Machine, index: number): void {
  const found = machine.memo.get(index);
  if (found === undefined) throw new UnpickleError('the pickle refers to something that it does not hold');
  machine.stack.push(found);
}

function top(machine: Machine): Building {
  const found = machine.stack.at(-1);
  if (found === undefined) throw new UnpickleError('the pickle takes more than it holds');
  return found;
}

function pop(machine: Machine): Building {
  const found = top(machine);
  machine.stack.pop();
  return found;
}

function popMany(machine: Machine, count: number): readonly Building[] {
  return Array.from({ length: count }, () => pop(machine)).reverse();
}

function isKind<K extends Exclude<Building, null | boolean | bigint | number | string>['kind']>(
  value: Building | undefined,
  kind: K,
): value is Extract<Building, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}

function byte(machine: Machine): number {
  return machine.view.getUint8(take(machine, 1));
}

/** Moves on by some bytes; returns where they begin. */
function take(machine: Machine, count: number): number {
  const { at } = machine;
  if (!(count >= 0) || at + count > machine.bytes.length) throw new UnpickleError('the pickle ends too early');
  machine.at = at + count;
  return at;
}

function slice(machine: Machine, count: number): Uint8Array {
  const at = take(machine, count);
  return machine.bytes.subarray(at, at + count);
}

function text(machine: Machine, count: number): string {
  return new TextDecoder('utf-8').decode(slice(machine, count));
}

function line(machine: Machine): string {
  const end = machine.bytes.indexOf(10, machine.at);
  const found = text(machine, end - machine.at);
  take(machine, 1);
  return found;
}

// Two's complement, the lowest byte first.
function long(machine: Machine, count: number): bigint {
  const bytes = slice(machine, count);
  const bits = bytes.reduceRight((all, part) => all * 256n + BigInt(part), 0n);
  return BigInt.asIntN(count * 8, bits);
}

interface Finish {
  readonly open: Set<Building>;
  readonly done: Map<Building, Python>;
}

function bounded(value: Python): Python {
  if (expandedSize(value) > MAX_EXPANDED_SIZE)
    throw new UnpickleError(`the pickle stands for more than ${MAX_EXPANDED_SIZE} values`);
  return value;
}

const MAX_DEPTH = 400;

function finished(value: Building, finish: Finish): Python {
  if (typeof value !== 'object' || value === null) return value;
  const known = finish.done.get(value);
  if (known !== undefined) return known;
  if (finish.open.has(value) || finish.open.size > MAX_DEPTH)
    throw new UnpickleError('the pickle holds something that contains itself, or nests too deep');
  finish.open.add(value);
  const result = finishedParts(value, (part) => finished(part, finish));
  finish.open.delete(value);
  finish.done.set(value, result);
  return result;
}

function finishedParts(
  value: Exclude<Building, null | boolean | bigint | number | string>,
  part: (value: Building) => Python,
): Python {
  switch (value.kind) {
    case 'list':
      return value.items.map(part);
    case 'tuple':
    case 'set':
      return { py: value.kind, items: value.items.map(part) };
    case 'dict':
      return new Map(Array.from(value.entries, ([key, member]) => [key, part(member)]));
    case 'bytes':
      return { py: 'bytes', base64: btoa(Array.from(value.bytes, (part) => String.fromCharCode(part)).join('')) };
    case 'instance':
      return { py: 'instance', class: value.class, attributes: part(value.state) as PythonDict };
    case 'class':
      throw new UnpickleError('the pickle holds a class');
  }
}
