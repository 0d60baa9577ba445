// Bundles each entry as a consumer's bundler would and compares its compressed size with a budget: what is loaded at
// first, and what `import()` loads later.
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';

/** Minified and compressed, in thousands of bytes, without `re2js`, `yaml` and casbin. */
interface Budget {
  readonly code: string;
  readonly kilobytes: number;
  /** What it loads later, each by its file below `src`. */
  readonly later?: Readonly<Record<string, number>>;
}

// What several of them need counts for each.
const LATER = {
  'engine/indexed.ts': 42,
  'guard/load-mirror.ts': 15,
  'guard/candidate-reader.ts': 15,
  'guard/seldom.ts': 13,
};

const BUDGETS: readonly Budget[] = [
  { code: "import { Guard } from 'cardea'", kilobytes: 21, later: LATER },
  { code: "import * as all from 'cardea'", kilobytes: 44, later: LATER },
  { code: "import * as all from 'cardea/rules'", kilobytes: 12 },
  { code: "import * as all from 'cardea/ast'", kilobytes: 15 },
  { code: "import * as all from 'cardea/document'", kilobytes: 30 },
  { code: "import * as all from 'cardea/vakt'", kilobytes: 40 },
  { code: "import * as all from 'cardea/statements'", kilobytes: 83, later: LATER },
  { code: "import * as all from 'cardea/engine'", kilobytes: 50 },
  { code: "import * as all from 'cardea/audit'", kilobytes: 5 },
  { code: "import * as all from 'cardea/audit/file'", kilobytes: 4 },
  { code: "import * as all from 'cardea/filter'", kilobytes: 10 },
  { code: "import * as all from 'cardea/filter/sql'", kilobytes: 19 },
  { code: "import * as all from 'cardea/filter/kysely'", kilobytes: 19 },
  { code: "import * as all from 'cardea/filter/mongo'", kilobytes: 16 },
  { code: "import * as all from 'cardea/filter/polars'", kilobytes: 15 },
  { code: "import * as all from 'cardea/filter/prisma'", kilobytes: 16 },
  { code: "import * as all from 'cardea/lint'", kilobytes: 28 },
  { code: "import * as all from 'cardea/storage/migration'", kilobytes: 5 },
  { code: "import * as all from 'cardea/storage/redis'", kilobytes: 41 },
  { code: "import * as all from 'cardea/storage/sql'", kilobytes: 43 },
  { code: "import * as all from 'cardea/storage/mongo'", kilobytes: 40 },
  { code: "import * as all from 'cardea/storage/nats'", kilobytes: 1 },
  { code: "import * as all from 'cardea/storage/vakt'", kilobytes: 4 },
  // with the reference, which its suite holds candidates against
  { code: "import * as all from 'cardea/testing'", kilobytes: 30 },
  { code: "import * as all from '@cardea/client'", kilobytes: 5 },
  { code: "import * as all from '@cardea/client/express'", kilobytes: 1 },
  { code: "import * as all from '@cardea/client/fastify'", kilobytes: 1 },
  { code: "import * as all from '@cardea/client/hono'", kilobytes: 1 },
  // without casbin itself
  { code: "import * as all from '@cardea/casbin'", kilobytes: 38 },
];

interface Row {
  readonly name: string;
  readonly budget: number;
  readonly size: number;
}

type Outputs = Metafile['outputs'];

const root = join(import.meta.dirname, '..');
const rows = (await Promise.all(BUDGETS.map(rowsOf))).flat();
for (const { name, budget, size } of rows)
  console.log(
    `${size.toFixed(1).padStart(6)} kB  of ${String(budget).padStart(2)}  ${name}${size <= budget ? '' : '  <- over budget'}`,
  );
process.exitCode = rows.every(({ size, budget }) => size <= budget) ? 0 : 1;

async function rowsOf({ code, kilobytes, later = {} }: Budget): Promise<readonly Row[]> {
  const name = /[\w]+(?= }? ?from)/.exec(code)?.[0] ?? 'all';
  const { outputFiles, metafile } = await build({
    stdin: { contents: `${code};\nglobalThis.used = ${name};`, resolveDir: join(root, 'scripts'), loader: 'ts' },
    bundle: true,
    splitting: true,
    outdir: 'bundled',
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['cardea-source'],
    external: ['kysely', 'nodejs-polars', 're2js', 'yaml', 'node:*', 'casbin', '@casbin/expression-eval'],
    logLevel: 'silent',
    absWorkingDir: root,
  });
  const sizes = new Map(outputFiles.map(({ path, contents }) => [relative(root, path), compressed(contents)]));
  const sizeOf = (files: readonly string[]): number => files.reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0);
  const { outputs } = metafile;
  const [entry] = Object.keys(outputs).filter((file) => outputs[file]?.entryPoint === '<stdin>');
  const first = loadedWith(entry ?? '', outputs);
  const chunks = Object.entries(outputs)
    .filter(([file, { entryPoint }]) => entryPoint !== undefined && !first.includes(file))
    .map(([file, { entryPoint }]): Row => {
      const below = (entryPoint ?? '').replace('packages/cardea/src/', '');
      const more = loadedWith(file, outputs).filter((loaded) => !first.includes(loaded));
      return { name: `  later ${below}`, budget: later[below] ?? 0, size: sizeOf(more) };
    });
  return [{ name: code, budget: kilobytes, size: sizeOf(first) }, ...chunks];
}

/** A chunk and those that it imports without waiting. */
function loadedWith(chunk: string, outputs: Outputs): readonly string[] {
  const loaded = new Set([chunk]);
  for (const file of loaded)
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === 'import-statement') loaded.add(path);
  return [...loaded];
}

function compressed(contents: Uint8Array): number {
  return gzipSync(contents, { level: 9 }).length / 1000;
}
