import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { CONTROL } from './control.ts';
import { findOnPath } from './find-program.ts';
import { run } from './processes.ts';
import type { ServerProgram } from './server.ts';

/** FerretDB, which speaks MongoDB's wire protocol over SQLite files: without transactions, without change streams. */
export const ferretdb: ServerProgram = {
  packages: [],
  accounts: ['nobody'],
  stopSignal: 'SIGTERM',
  find: async () => [await build()],
  prepare: () => ({}),
  serve: ({ folder, port }) => [`127.0.0.1:${port}`, folder],
};

const SOURCE = join(import.meta.dirname, 'ferretdb');
/** On two processors it takes a minute and a half where nothing of it was compiled before. */
const LONGEST_BUILD_MS = 10 * 60_000;

/** Builds it, once for its sources, and says where it is. */
async function build(): Promise<string> {
  const built = join(CONTROL, `ferretdb-${digestOfSources()}`);
  if (existsSync(built)) return built;
  const [go] = findOnPath(['go']) ?? [];
  if (go === undefined) throw new Error('no Go on the path to build FerretDB with; or name a server in `MONGODB_URL`');
  const unfinished = `${built}.${process.pid}`;
  const flags = ['-trimpath', '-tags', 'ferretdb_no_postgresql', '-ldflags', '-s -w'];
  await run([go, 'build', ...flags, '-o', unfinished, '.'], { cwd: SOURCE, timeoutMs: LONGEST_BUILD_MS });
  renameSync(unfinished, built);
  return built;
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const file of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(SOURCE, file)));
  return hash.digest('hex').slice(0, 12);
}
