import { join } from 'node:path';
import { build } from 'esbuild';
import { importsOf, reachableFrom, type SourceTree } from '../import-graph.ts';

/** The name of the global function that the bundle leaves behind: it runs the tests. */
export const ENTRY = 'runCardeaTests';

/** Development tools that mean something else in a browser than on Node, and the drivers of databases. */
const NODE_PACKAGES: readonly string[] = [
  '@prisma',
  'better-sqlite3',
  'mongodb',
  'mysql2',
  'nodejs-polars',
  'pg',
  'pino',
  'redis',
];

/** What tests import to talk to real servers; it is outside the tree that is searched. */
const SERVICES = /\/test\/(?:services|own-server)\.ts$/;

/** The tests of a tree that use neither Node nor a file outside the tree, and those that do. */
export function selectTests(tree: SourceTree): { readonly portable: string[]; readonly needNode: string[] } {
  const tests = [...tree.keys()].filter((file) => file.endsWith('.test.ts'));
  const needsNode = (file: string): boolean =>
    [...reachableFrom(tree, file)].some((reached) => importsOf(tree.get(reached) ?? '').some(isNode));
  return { portable: tests.filter((file) => !needsNode(file)), needNode: tests.filter(needsNode) };
}

function isNode({ specifier }: { readonly specifier: string }): boolean {
  const [packageName = ''] = specifier.split('/');
  return specifier.startsWith('node:') || NODE_PACKAGES.includes(packageName) || SERVICES.test(specifier);
}

/**
 * One script for any runtime with the portable tests and the library's sources in it.
 *
 * @throws where anything in it imports a `node:` module.
 */
export async function bundleTests(root: string, files: readonly string[], numRuns: number): Promise<string> {
  const source = join(root, 'packages/cardea');
  const suite = JSON.stringify(join(import.meta.dirname, 'vitest.ts'));
  // imports are hoisted and run in order, so each file is announced by a module of its own
  const lines = files.flatMap((file, at) => [
    `import ${JSON.stringify(`announce:${file}`)};`,
    `import ${JSON.stringify(join(source, file))}; // ${at}`,
  ]);
  const entry = [
    "import fc from 'fast-check';",
    `import { suite } from ${suite};`,
    ...lines,
    `fc.configureGlobal({ numRuns: ${numRuns} });`,
    `globalThis.${ENTRY} = () => suite.run();`,
  ].join('\n');
  const result = await build({
    stdin: { contents: entry, resolveDir: join(root, 'scripts'), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2023',
    conditions: ['cardea-source'],
    // the package says that its files have no side effects; its tests do
    ignoreAnnotations: true,
    alias: { vitest: join(import.meta.dirname, 'vitest.ts') },
    define: { 'process.env.NODE_ENV': '"test"' },
    logLevel: 'silent',
    plugins: [
      {
        name: 'announce-file',
        setup(plugin) {
          plugin.onResolve({ filter: /^announce:/ }, ({ path }) => ({
            path,
            namespace: 'announce',
            sideEffects: true,
          }));
          plugin.onLoad({ filter: /.*/, namespace: 'announce' }, ({ path }) => ({
            contents: `import { suite } from ${suite}; suite.file(${JSON.stringify(path.slice('announce:'.length))});`,
            resolveDir: join(root, 'scripts'),
          }));
        },
      },
    ],
  });
  const [bundle] = result.outputFiles;
  if (bundle === undefined) throw new Error('esbuild wrote no bundle');
  return bundle.text;
}
