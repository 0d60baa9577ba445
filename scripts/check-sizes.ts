// Bundles each entry as a consumer's bundler would and compares its compressed size with a budget.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

interface Budget {
  readonly code: string;
  /** Minified and compressed, in thousands of bytes, without `re2js` and `yaml`. */
  readonly kilobytes: number;
}

const BUDGETS: readonly Budget[] = [
  { code: "import { Guard } from 'cardea'", kilobytes: 25 },
  { code: "import * as all from 'cardea'", kilobytes: 40 },
  { code: "import * as all from 'cardea/rules'", kilobytes: 12 },
  { code: "import * as all from 'cardea/ast'", kilobytes: 15 },
  { code: "import * as all from 'cardea/document'", kilobytes: 30 },
  { code: "import * as all from 'cardea/vakt'", kilobytes: 40 },
  { code: "import * as all from 'cardea/engine'", kilobytes: 25 },
  { code: "import * as all from 'cardea/audit'", kilobytes: 5 },
  { code: "import * as all from 'cardea/audit/file'", kilobytes: 4 },
  { code: "import * as all from 'cardea/lint'", kilobytes: 25 },
  { code: "import * as all from 'cardea/testing'", kilobytes: 25 },
];

const root = join(import.meta.dirname, '..');
const measured = await Promise.all(BUDGETS.map(measure));
for (const { code, kilobytes, size } of measured) {
  const figure = typeof size === 'number' ? `${size.toFixed(1).padStart(6)} kB` : `   -      ${size}`;
  console.log(
    `${figure}  of ${String(kilobytes).padStart(2)}  ${code}${fits(size, kilobytes) ? '' : '  <- over budget'}`,
  );
}
process.exitCode = measured.every(({ size, kilobytes }) => fits(size, kilobytes)) ? 0 : 1;

async function measure(budget: Budget): Promise<Budget & { readonly size: number | string }> {
  const name = /[\w]+(?= }? ?from)/.exec(budget.code)?.[0] ?? 'all';
  try {
    const result = await build({
      stdin: {
        contents: `${budget.code};\nglobalThis.used = ${name};`,
        resolveDir: join(root, 'scripts'),
        loader: 'ts',
      },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      target: 'es2023',
      conditions: ['cardea-source'],
      external: ['re2js', 'yaml', 'node:*'],
      logLevel: 'silent',
    });
    return { ...budget, size: gzipSync(result.outputFiles[0]?.contents ?? '', { level: 9 }).length / 1000 };
  } catch (error) {
    return { ...budget, size: String(error).split('\n').slice(0, 2).join(' ') };
  }
}

function fits(size: number | string, kilobytes: number): boolean {
  return typeof size === 'number' && size <= kilobytes;
}
