import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** One import of one file, as written. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** A tree of sources: the path below its root, with `/`, to the text. */
export type SourceTree = ReadonlyMap<string, string>;

// Anchored at the start of a line, where the formatter puts every import, so that examples in
// comments (` * import …`) are not taken for imports.
const STATEMENTS = [
  /^import\s+(?:type\s+)?[\w$*{}\s,]+?\s+from\s+['"]([^'"\n]+)['"]/gm,
  /^import\s+['"]([^'"\n]+)['"]/gm,
  /^export\s+(?:type\s+)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})\s+from\s+['"]([^'"\n]+)['"]/gm,
  /^(?!\s*(?:\*|\/\/|\/\*)).*?\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/gm,
];

/** Every import, re-export and `import()` of one TypeScript file, in order of the lines. */
export function importsOf(text: string): readonly Import[] {
  const found = STATEMENTS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({
      specifier: match[1] ?? '',
      line: text.slice(0, match.index).split('\n').length,
    })),
  );
  return found.sort((left, right) => left.line - right.line);
}

/** The path that a relative specifier names, seen from `file`; it may start with `../` when it leaves the tree. */
export function resolveImport(file: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(file), specifier));
}

/** Everything that `file` reaches by relative imports inside the tree, itself included. */
export function reachableFrom(tree: SourceTree, file: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [file];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const text = tree.get(next);
    if (reached.has(next) || text === undefined) continue;
    reached.add(next);
    const here = next;
    const relative = importsOf(text).filter(({ specifier }) => specifier.startsWith('.'));
    open.push(...relative.map(({ specifier }) => resolveImport(here, specifier)));
  }
  return reached;
}

/** The TypeScript files below a folder; empty where there is no such folder. */
export function readSources(folder: string): SourceTree {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/node_modules|\bdist\b/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.sort().map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]));
}

/** Whether a file is a test or a type test. */
export function isTest(file: string): boolean {
  return /\.test(?:-d)?\.ts$/.test(file);
}
