/** What the objects of the language themselves hold: for tests that nothing reaches them. */
export type Intrinsics = ReadonlyMap<string, unknown>;

const ROOTS = {
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  Symbol,
  Error,
  RegExp,
  Date,
  Map,
  Set,
  Promise,
  JSON,
  Math,
  Reflect,
} as const;

/** Every own member of the built-in objects, of their prototypes, and of the functions in both, by path. */
export function readIntrinsics(): Intrinsics {
  const found = new Map<string, unknown>();
  for (const [name, root] of Object.entries(ROOTS)) {
    readMembers(root, name, 2, found);
    if ('prototype' in root) readMembers(root.prototype, `${name}.prototype`, 2, found);
  }
  return found;
}

/** The paths at which something was added, replaced or removed since a reading. */
export function changedIntrinsics(before: Intrinsics): readonly string[] {
  const now = readIntrinsics();
  const paths = new Set([...before.keys(), ...now.keys()]);
  return [...paths].filter((path) => before.has(path) !== now.has(path) || !Object.is(before.get(path), now.get(path)));
}

function readMembers(owner: object, path: string, depth: number, found: Map<string, unknown>): void {
  found.set(`${path}.[[Prototype]]`, Object.getPrototypeOf(owner));
  for (const key of Reflect.ownKeys(owner)) {
    const property = Object.getOwnPropertyDescriptor(owner, key) ?? {};
    const at = `${path}.${String(key)}`;
    for (const [attribute, held] of Object.entries(property)) found.set(`${at}.${attribute}`, held);
    if (depth > 1 && typeof property.value === 'function') readMembers(property.value, at, depth - 1, found);
  }
}
