// Times decisions, updates and loading beside other libraries: docs/performance.md says how and why.
//   npm run bench -- [--only W1,W4] [--max 100000] [--json FILE] [--note TEXT] [--no-peers]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { aboutRun } from './about.ts';
import { BENCHES, GROUPS } from './catalog.ts';
import type { Order } from './child.ts';
import { type Row, rowOf } from './row.ts';
import { formatTable } from './table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    max: { type: 'string' },
    json: { type: 'string' },
    note: { type: 'string' },
    'no-peers': { type: 'boolean' },
  },
});
const only = values.only?.split(',') ?? BENCHES.map(({ id }) => id);
const unknown = only.filter((id) => BENCHES.every((bench) => bench.id !== id));
if (unknown.length > 0) throw new Error(`no such workload: \`${unknown.join('`, `')}\``);
const max = Number(values.max ?? Number.MAX_SAFE_INTEGER);
if (!(max >= 1)) throw new Error(`--max is a number, not \`${values.max}\``);

const started = performance.now();
const rows: Row[] = [];
for (const group of GROUPS.map((ids) => ids.filter((id) => only.includes(id)))) {
  if (group.length > 0) rows.push(...(await runInChild({ only: group, max, peers: values['no-peers'] !== true })));
}
const seconds = (performance.now() - started) / 1_000;

console.log(formatTable(rows));
console.log(`\n${rows.length} rows in ${seconds.toFixed(0)} s`);
if (values.json !== undefined) write(values.json);
const wrong = rows.filter(({ agreed }) => agreed === false);
if (wrong.length > 0) console.error(`${wrong.length} rows failed, or disagree with the reference`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function runInChild(order: Order): Promise<readonly Row[]> {
  const got: Row[] = [];
  const child = fork(join(import.meta.dirname, 'child.ts'), [JSON.stringify(order)], {
    execArgv: ['--conditions=cardea-source', '--expose-gc', '--max-old-space-size=12288'],
  });
  child.on('message', (some) => {
    got.push(...(some as readonly Row[]));
    console.log(formatTable(some as readonly Row[]));
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (code === 0) return got;
  const note = `the process ended with ${signal ?? code}`;
  return [
    ...got,
    rowOf({ workload: order.only.join(), variant: 'failed', n: max, subject: 'cardea', agreed: false, note }),
  ];
}

function write(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
  const about = aboutRun(values, seconds);
  writeFileSync(file.replace(/(?:\.json)?$/, '.about.json'), `${JSON.stringify(about, null, 2)}\n`);
}
