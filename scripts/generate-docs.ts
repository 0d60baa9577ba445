// Writes what is made from the tables of the library: reference pages and the published schema.
//   npm run docs          writes the files
//   npm run docs:check    fails where a committed file is not what the tables make
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorsPage } from './reference/errors-page.ts';
import { operatorsPage } from './reference/operators-page.ts';
import { rulesPage } from './reference/rules-page.ts';
import { serverConfigPage } from './reference/server-config-page.ts';
import { configSchema } from '../packages/server/src/config/config-schema.ts';
import { policySchema } from '../packages/cardea/src/syntax/document/schema.ts';

const ROOT = join(import.meta.dirname, '..');

/** The texts of all generated files, by their path in the repository. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/reference/operators.md', operatorsPage()],
    ['docs/reference/rules.md', rulesPage()],
    ['docs/reference/errors.md', errorsPage()],
    ['docs/reference/server-config.md', serverConfigPage()],
    ['packages/server/schema/server-config.schema.json', `${JSON.stringify(configSchema, null, 2)}\n`],
    ['packages/cardea/schema/policy.schema.json', `${JSON.stringify(policySchema, null, 2)}\n`],
  ]);
}

/** The generated files that are missing or not what the tables make. */
export function staleFiles(root: string = ROOT): readonly string[] {
  return Array.from(generatedFiles())
    .filter(([path, text]) => read(join(root, path)) !== text)
    .map(([path]) => path);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A file that cannot be read is stale like one that is outdated.
    return undefined;
  }
}

function main(args: readonly string[]): void {
  const stale = staleFiles();
  if (args.includes('--check')) {
    for (const path of stale) console.error(`${path} is stale: run \`npm run docs\``);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  for (const [path, text] of generatedFiles()) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  console.log(stale.length > 0 ? stale.map((path) => `wrote ${path}`).join('\n') : 'everything was fresh');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2));
