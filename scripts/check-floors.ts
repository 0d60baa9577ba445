import { join } from 'node:path';
import { importsOf, isTest, reachableFrom, readSources, resolveImport, type SourceTree } from './import-graph.ts';

/** The rooms of `packages/cardea/src` and the floor each stands on. A file at the top is a room of its own. */
const FLOORS: Readonly<Record<string, number>> = {
  ast: 0,
  'errors.ts': 0,
  model: 1,
  ports: 2,
  syntax: 3,
  engine: 3,
  decide: 4,
  keying: 4,
  guard: 5,
  storage: 6,
  filter: 6,
  cache: 6,
  audit: 6,
  enforce: 6,
  testing: 6,
  lint: 6,
  statements: 6,
  'index.ts': 7,
};

/** Rooms that hold plain implementations of ports. */
const PORT_ROOMS: readonly string[] = ['storage', 'filter', 'cache', 'audit'];
const HIGHEST_FLOOR_FOR_PORT_ROOMS = 2;
/**
 * What storages may import from above that: policies are refused when they are stored, not when they are used, and are
 * found by keys that are written beside them.
 */
const DOORS_OF_STORAGES: readonly string[] = ['syntax/validate.ts', 'keying/keyer.ts'];

/** The packages that the library may import, and the rooms that may. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  re2js: ['ast', 'syntax', 'engine', 'decide'],
  yaml: ['syntax'],
  kysely: ['storage', 'filter'],
  'nodejs-polars': ['filter'],
};

/** The entries that need Node. */
const NODE_FILES = /^audit\/file(?:-[a-z0-9-]+)?\.ts$/;

/** The rules by name, each with its reason. */
const RULES = {
  'known-room': 'every file stands in a room with a floor, so that what it may import is never a matter of taste',
  'file-exists': 'an import names a file of the tree with its extension, so that Node runs the sources as they are',
  'own-package': 'what another package may use is what it exports; a path into its folder breaks with its next move',
  'down-only':
    'imports go down, so that a floor can be read, tested and used without those above it, and nothing left of the tree knows what is right of it',
  siblings: 'edges do not know each other, so that a storage, a filter or a sink can be taken out or added alone',
  'dialect-blind':
    '`syntax` and `engine` do not know each other: policies of any dialect become the tree, and only the tree is indexed',
  'ports-only': 'an implementation of a port needs the tree, the nouns and the ports; whoever needs more is no edge',
  'independent-oracle':
    'the reference interpreter is the oracle of every property test; an oracle that shares code with the engine shares its mistakes',
  'few-packages':
    'the core runs on any ES2023 runtime with at most one dependency; more would be installed by everybody',
  'no-node': 'the library also runs where there is no Node; only the entries that say so may use `node:`',
  'no-cycles': 'a cycle is one file in several pieces: it cannot be read, loaded or tested in any order',
} as const;

/** An import, or a file, that breaks a rule. */
export interface Violation {
  readonly rule: keyof typeof RULES;
  /** The file below `src`, with the line where there is one. */
  readonly where: string;
  readonly what: string;
}

/**
 * Every violation of the library's floors in a tree of sources, in order of the files. Tests may
 * import anything: they are not part of what is shipped.
 */
export function checkFloors(tree: SourceTree): readonly Violation[] {
  const shipped = [...tree.keys()].filter((file) => !isTest(file));
  return [
    ...shipped.flatMap((file) => checkFile(tree, file)),
    ...shipped.flatMap((file) => checkOracle(tree, file)),
    ...findCycles(tree, shipped),
  ];
}

/** Every relative import in a package's `src` that leaves the package. */
export function checkPackage(tree: SourceTree): readonly Violation[] {
  return [...tree].flatMap(([file, text]) => {
    if (isTest(file)) return [];
    const leaving = importsOf(text).filter(
      ({ specifier }) => specifier.startsWith('.') && resolveImport(file, specifier).startsWith('../../'),
    );
    return leaving.map(({ specifier, line }) => ({
      rule: 'own-package',
      where: `${file}:${line}`,
      what: `imports \`${specifier}\``,
    }));
  });
}

function checkFile(tree: SourceTree, file: string): readonly Violation[] {
  if (floorOf(file) === undefined) {
    return [{ rule: 'known-room', where: file, what: `\`${roomOf(file)}\` is no room with a floor` }];
  }
  return importsOf(tree.get(file) ?? '').flatMap(({ specifier, line }) => {
    const broken = specifier.startsWith('.') ? relativeRule(tree, file, specifier) : packageRule(file, specifier);
    return broken === undefined ? [] : [{ rule: broken, where: `${file}:${line}`, what: describe(file, specifier) }];
  });
}

function relativeRule(tree: SourceTree, file: string, specifier: string): Violation['rule'] | undefined {
  const target = resolveImport(file, specifier);
  if (target.startsWith('..')) return 'own-package';
  if (!tree.has(target)) return 'file-exists';
  const [from, to] = [roomOf(file), roomOf(target)];
  const [own, seen] = [floorOf(file), floorOf(target)];
  if (from === to || own === undefined || seen === undefined) return undefined;
  if (from === 'storage' && DOORS_OF_STORAGES.includes(target)) return undefined;
  if (PORT_ROOMS.includes(from) && seen > HIGHEST_FLOOR_FOR_PORT_ROOMS) return seen === own ? 'siblings' : 'ports-only';
  if (seen > own) return 'down-only';
  if (seen < own || own === 0) return undefined;
  return own === FLOORS['syntax'] ? 'dialect-blind' : 'siblings';
}

function packageRule(file: string, specifier: string): Violation['rule'] | undefined {
  if (specifier.startsWith('node:')) return NODE_FILES.test(file) ? undefined : 'no-node';
  const rooms = Object.hasOwn(PACKAGES, specifier) ? PACKAGES[specifier] : undefined;
  return rooms?.includes(roomOf(file)) === true ? undefined : 'few-packages';
}

function checkOracle(tree: SourceTree, file: string): readonly Violation[] {
  if (!/^decide\/reference(?:-[a-z-]+)?\.ts$/.test(file)) return [];
  const engine = [...reachableFrom(tree, file)].filter((reached) => roomOf(reached) === 'engine');
  return engine.map((reached) => ({ rule: 'independent-oracle', where: file, what: `reaches \`${reached}\`` }));
}

/** One violation for each import that closes a cycle in a depth-first walk. */
function findCycles(tree: SourceTree, files: readonly string[]): readonly Violation[] {
  const done = new Set<string>();
  const path: string[] = [];
  const found: Violation[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      const cycle = [...path.slice(start), file].map((step) => `\`${step}\``).join(' → ');
      found.push({ rule: 'no-cycles', where: file, what: cycle });
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const { specifier } of importsOf(tree.get(file) ?? '')) {
      if (specifier.startsWith('.')) visit(resolveImport(file, specifier));
    }
    path.pop();
    done.add(file);
  };
  for (const file of files) visit(file);
  return found;
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function floorOf(file: string): number | undefined {
  const room = roomOf(file);
  return Object.hasOwn(FLOORS, room) ? FLOORS[room] : undefined;
}

function describe(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return `imports \`${specifier}\``;
  const target = resolveImport(file, specifier);
  const floor = floorOf(target);
  if (floor === undefined) return `imports \`${target}\``;
  return `floor ${floorOf(file)} imports \`${target}\` on floor ${floor}`;
}

/** One line a violation, and one line a rule that was broken, with its reason. */
export function formatViolations(violations: readonly Violation[]): string {
  const broken = [...new Set(violations.map(({ rule }) => rule))];
  return [
    ...violations.map(({ rule, where, what }) => `${where}: ${what} [${rule}]`),
    ...broken.map((rule) => `  ${rule}: ${RULES[rule]}`),
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '..');
  const library = readSources(join(root, 'packages/cardea/src'));
  const others = ['cli', 'casbin', 'server', 'client'].map((name) => readSources(join(root, 'packages', name, 'src')));
  const violations = [...checkFloors(library), ...others.flatMap(checkPackage)];
  if (violations.length > 0) console.error(formatViolations(violations));
  console.log(
    `floors: ${[library, ...others].reduce((sum, { size }) => sum + size, 0)} files, ${violations.length} violations`,
  );
  process.exitCode = violations.length === 0 ? 0 : 1;
}
