// Times storages on real servers: a change until another process decides by it, decisions on demand, loading.
//   npm run bench:storages -- [--only S1,S2] [--max 100000] [--json FILE] [--note TEXT]
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { startServices, stopServices } from '../scripts/services/manage.ts';
import { SERVER_NAMES } from '../scripts/services/server.ts';
import { aboutRun } from './about.ts';
import type { Row } from './row.ts';
import { onDemand } from './storages/on-demand.ts';
import { Places } from './storages/places.ts';
import { type Telling, visible } from './storages/visible.ts';
import { formatTable } from './table.ts';

/** How many policies are there before the changes of S1. */
const STANDING = 1_000;

const TELLINGS: readonly Telling[] = [
  { name: 'PostgreSQL', how: 'told by LISTEN' },
  { name: 'Redis', how: 'told by a subscription' },
  { name: 'MariaDB', how: 'asked every second, the default' },
  { name: 'MariaDB', how: 'asked every 50 ms', pollMs: 50 },
  { name: 'SQLite', how: 'asked every second, the default' },
  { name: 'SQLite', how: 'asked every 50 ms', pollMs: 50 },
  { name: 'MongoDB wire', how: 'asked every second, the default' },
];

const { values } = parseArgs({
  options: { only: { type: 'string' }, max: { type: 'string' }, json: { type: 'string' }, note: { type: 'string' } },
});
const only = values.only?.split(',') ?? ['S1', 'S2'];
const n = Number(values.max ?? 100_000);
const started = performance.now();
const services = await startServices(SERVER_NAMES);
const places = new Places(services);
const rows: Row[] = [];
try {
  if (only.includes('S1')) for (const telling of TELLINGS) tell([await visible(places, telling, STANDING)]);
  if (only.includes('S2'))
    for (const name of ['SQLite', 'PostgreSQL'] as const)
      tell(await onDemand(places, name, n, { peers: true, progress: (what) => console.error(`  ${what}`) }));
} finally {
  await stopServices(services.filter(({ state }) => state === 'started').map(({ name }) => name));
}
const seconds = (performance.now() - started) / 1_000;
rows.sort((a, b) => a.workload.localeCompare(b.workload));
console.log(`\n${formatTable(rows)}\n\n${rows.length} rows in ${seconds.toFixed(0)} s`);
if (values.json !== undefined) write(values.json);
process.exitCode = rows.every(({ agreed }) => agreed === true) ? 0 : 1;

function tell(some: readonly Row[]): void {
  rows.push(...some);
  console.log(formatTable(some));
}

function write(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
  const servers = services.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version] as const]));
  const about = { ...aboutRun(values, seconds), command: 'npm run bench:storages', peers: Object.fromEntries(servers) };
  writeFileSync(file.replace(/(?:\.json)?$/, '.about.json'), `${JSON.stringify(about, null, 2)}\n`);
}
