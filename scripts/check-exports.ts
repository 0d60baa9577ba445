// Proves the packages' `exports` and `bin` against the tree, and that every public name is documented.
// With `--built`, also that the build wrote every file that they name.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSources, resolveImport, type SourceTree } from './import-graph.ts';

interface EntryTarget {
  readonly 'cardea-source'?: string;
  /** Files of the package that are not built: what `require` gives where that is another object than `import` gives. */
  readonly require?: { readonly types: string; readonly default: string };
  readonly types?: string;
  readonly default?: string;
}

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string | EntryTarget>>;
  readonly bin?: Readonly<Record<string, string>>;
}

interface Workspace {
  readonly workspaces: readonly string[];
}

/** The conditions of an entry, in the order that makes the source win where a tool asks for it. */
const CONDITIONS: readonly string[] = ['cardea-source', 'types', 'default'];

/** What is wrong with the entries of one package, given the paths that exist below its folder. */
export function checkEntries(manifest: Manifest, exists: (path: string) => boolean): readonly string[] {
  const entries = Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) =>
    typeof target === 'string' ? [] : checkEntry(entry, target, exists),
  );
  const commands = Object.entries(manifest.bin ?? {}).flatMap(([name, target]) =>
    exists(sourceOf(target)) ? [] : [`command \`${name}\`: \`${sourceOf(target)}\` does not exist`],
  );
  return [...entries, ...commands].map((problem) => `${manifest.name}: ${problem}`);
}

function checkEntry(entry: string, target: EntryTarget, exists: (path: string) => boolean): string[] {
  const { 'cardea-source': source = '', require, types, default: code } = target;
  const built = source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '');
  return [
    conditionsOf(target) === CONDITIONS.join() ? '' : `has conditions other than \`${CONDITIONS.join('`, `')}\``,
    ...[source, ...Object.values(require ?? {})].map((path) => (exists(path) ? '' : `\`${path}\` does not exist`)),
    types === `${built}.d.ts` ? '' : `\`types\` is not \`${built}.d.ts\``,
    code === `${built}.js` ? '' : `\`default\` is not \`${built}.js\``,
  ].flatMap((problem) => (problem === '' ? [] : [`entry \`${entry}\`: ${problem}`]));
}

function conditionsOf(target: EntryTarget): string {
  return Object.keys(target)
    .filter((condition) => condition !== 'require')
    .join();
}

/** The files that the build must have written for a package. */
export function builtFiles(manifest: Manifest): readonly string[] {
  const entries = Object.values(manifest.exports ?? {}).flatMap((target) =>
    typeof target === 'string' ? [] : [target['types'] ?? '', target['default'] ?? ''],
  );
  return [...entries, ...Object.values(manifest.bin ?? {})];
}

/**
 * The public names of an entry whose declaration has no TSDoc comment with text in it; functions and classes need an
 * example too.
 */
export function undocumentedNames(tree: SourceTree, entry: string): readonly string[] {
  return publicNames(tree, entry).flatMap(({ name, file, local }) => {
    // What another package exports is documented there.
    if (file.endsWith('.cjs')) return [];
    const text = tree.get(file);
    const comment = text === undefined ? undefined : commentOf(text, local);
    if (comment === undefined) return [`${entry}: \`${name}\`: no declaration of \`${local}\` found in \`${file}\``];
    if (!/[a-z]{2}/i.test(comment.text)) return [`${entry}: \`${name}\` of \`${file}\` has no comment`];
    const lacksExample = comment.needsExample && !comment.text.includes('@example');
    return lacksExample ? [`${entry}: \`${name}\` of \`${file}\` has no example`] : [];
  });
}

interface PublicName {
  readonly name: string;
  readonly file: string;
  /** Its name in the file that declares it. */
  readonly local: string;
}

function publicNames(tree: SourceTree, file: string): readonly PublicName[] {
  const text = tree.get(file);
  if (text === undefined) return [{ name: '*', file, local: '*' }];
  const all = [...text.matchAll(/^export\s+\*\s+from\s+['"]([^'"]+)['"]/gm)].flatMap((match) =>
    publicNames(tree, resolveImport(file, match[1] ?? '')),
  );
  const picked = [...text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}\s+from\s+['"]([^'"]+)['"]/gm)].flatMap((match) =>
    listedNames(match[1] ?? '').flatMap(([local, name]) => {
      const target = resolveImport(file, match[2] ?? '');
      const passedOn = publicNames(tree, target).find((candidate) => candidate.name === local);
      return passedOn === undefined ? [{ name, file: target, local }] : [{ ...passedOn, name }];
    }),
  );
  const own = [...text.matchAll(DECLARATION)].map((match) => match[1] ?? '');
  return [...all, ...picked, ...[...new Set(own)].map((name) => ({ name, file, local: name }))];
}

const DECLARATION =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|const|let|interface|type)\s+([\w$]+)/gm;

function listedNames(list: string): readonly (readonly [string, string])[] {
  return list
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')
    .split(',')
    .map((item) => item.trim().replace(/^type\s+/, ''))
    .filter((item) => item !== '')
    .map((item) => {
      const [local = item, name = local] = item.split(/\s+as\s+/);
      return [local, name] as const;
    });
}

interface Comment {
  readonly text: string;
  readonly needsExample: boolean;
}

/** The comment before the first declaration of a name, its text empty without one; undefined without a declaration. */
function commentOf(text: string, name: string): Comment | undefined {
  const declaration = [...text.matchAll(DECLARATION)].find((match) => match[1] === name);
  if (declaration === undefined) return undefined;
  const before = text.slice(0, declaration.index).trimEnd();
  return {
    text: before.endsWith('*/') ? before.slice(before.lastIndexOf('/**')) : '',
    needsExample: /\b(?:function\*?|class)\s/.test(declaration[0]),
  };
}

function sourceOf(target: string): string {
  return target.replace(/^\.\/dist\//, './src/').replace(/\.js$/, '.ts');
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '..');
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Workspace;
  const problems = workspaces.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
    const exists = (path: string): boolean => existsSync(join(root, folder, path));
    const missing = process.argv.includes('--built') ? builtFiles(manifest).filter((path) => !exists(path)) : [];
    const tree = readSources(join(root, folder));
    const entries = Object.values(manifest.exports ?? {}).flatMap((target) =>
      typeof target === 'string' ? [] : [(target['cardea-source'] ?? '').replace('./', '')],
    );
    return [
      ...checkEntries(manifest, exists),
      ...missing.map((path) => `${manifest.name}: the build wrote no \`${path}\``),
      ...entries.filter((entry) => tree.has(entry)).flatMap((entry) => undocumentedNames(tree, entry)),
    ];
  });
  if (problems.length > 0) console.error(problems.join('\n'));
  console.log(`exports: ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
