// Runs the library's tests where there is no Node: in a bare context, and in headless Chromium.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readSources } from './import-graph.ts';
import { bundleTests, selectTests } from './isolate/bundle.ts';
import { findChromium, runInChromium } from './isolate/chromium.ts';
import type { IsolateResult } from './isolate/suite.ts';
import { addTallies, formatTally, type Tally, writeTally } from './tally.ts';

// The laws are proven on Node with the full number of runs; here the question is only whether the
// same code works without it.
const RUNS_PER_PROPERTY = 200;

const root = join(import.meta.dirname, '..');
const { portable, needNode } = selectTests(readSources(join(root, 'packages/cardea')));
console.log(
  `${portable.length} test files without \`node:\`; left out, since they use it: ${needNode.join(', ') || 'none'}`,
);

const bundle = await bundleTests(root, portable, RUNS_PER_PROPERTY);
const tallies = await Promise.all([inBareContext(), inBrowser()]);
const total = addTallies(tallies);
const file = process.env['CARDEA_REPORT'];
if (file !== undefined) {
  mkdirSync(dirname(file), { recursive: true });
  writeTally(file, total);
}
if (total.passed === 0) console.error('no test ran');
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** In a thread: the browser is there for the other processor. */
async function inBareContext(): Promise<Tally> {
  const thread = new Worker(new URL('isolate/bare-worker.ts', import.meta.url), { workerData: bundle });
  const [results] = (await once(thread, 'message')) as [readonly IsolateResult[]];
  return report('bare context', results);
}

async function inBrowser(): Promise<Tally> {
  const executable = findChromium();
  if (executable !== undefined) return report('chromium', await runInChromium(executable, bundle));
  console.log('chromium: skipped: no browser found; install Chromium or name one in CARDEA_CHROMIUM');
  return { passed: 0, failed: 0, skipped: 1 };
}

function report(runtime: string, results: readonly IsolateResult[]): Tally {
  for (const { name, state, error } of results) {
    if (state === 'failed') console.error(`${runtime}: ${name}\n${error}\n`);
    if (state === 'skipped') console.log(`${runtime}: skipped: ${name}`);
  }
  const silent = portable.filter((file) => !results.some(({ name }) => name.startsWith(`${file} > `)));
  for (const file of silent) console.error(`${runtime}: ${file} ran no test`);
  const count = (state: IsolateResult['state']): number => results.filter((result) => result.state === state).length;
  const tally = { passed: count('passed'), failed: count('failed') + silent.length, skipped: count('skipped') };
  console.log(`${runtime}: ${formatTally(tally)}`);
  return tally;
}
