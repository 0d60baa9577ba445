// Times the decision point over HTTP beside a route of the framework alone that parses and writes the same bodies.
//   npm run bench:server [-- --seconds 5] [--rounds 5] [--max 10000] [--json FILE] [--note TEXT] [--no-peers] [--profile DIR]
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { aboutRun } from './about.ts';
import { SERVER_GOALS } from './server/goals.ts';
import { race } from './server/race.ts';
import { serverVersions } from './server/versions.ts';
import { formatTable } from './table.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    max: { type: 'string' },
    json: { type: 'string' },
    note: { type: 'string' },
    profile: { type: 'string' },
    'no-peers': { type: 'boolean' },
  },
});
const started = performance.now();
const rows = await race({
  policies: Number(values.max ?? 10_000),
  seconds: Number(values.seconds ?? 5),
  rounds: Number(values.rounds ?? 5),
  peers: values['no-peers'] !== true,
  profile: values.profile,
  progress: (what) => console.error(`  ${what}`),
});
const seconds = (performance.now() - started) / 1_000;
console.log(`${formatTable(rows)}\n\n${rows.length} rows in ${seconds.toFixed(0)} s`);
for (const { says, figure, format, better, limit } of SERVER_GOALS) {
  const found = figure(rows);
  if (found !== undefined) console.log(`${says}: ${format(found)} (${better === 'less' ? '≤' : '≥'} ${format(limit)})`);
}
if (values.json !== undefined) write(values.json);
process.exitCode = rows.every(({ agreed }) => agreed !== false) ? 0 : 1;

function write(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
  const about = { ...aboutRun(values, seconds), command: 'npm run bench:server', peers: serverVersions() };
  writeFileSync(file.replace(/(?:\.json)?$/, '.about.json'), `${JSON.stringify(about, null, 2)}\n`);
}
