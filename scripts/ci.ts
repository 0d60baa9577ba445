// Runs what CI runs, one step after another, and counts every check and every test.
//   node scripts/ci.ts tests     the tests: this is `npm test`
//   node scripts/ci.ts checks    lint, format, floors, exports, sizes, unused code, then `npm test`
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { addTallies, formatTally, readTally, type Tally, writeTally } from './tally.ts';

interface Step {
  readonly name: string;
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the step leaves the count of its own tests; a step without one counts as one test. */
  readonly report?: string;
}

/** How often CI runs a property that names no number of its own. */
const RUNS = '10000';
/** In CI a submission is judged on the same cases each time; the scheduled run and everybody's own explore others. */
const SEED = process.env['CI'] ? '20261122' : '';

/** A step that takes longer has stopped making progress: it is ended and counts as failed. */
const LONGEST_STEP_MS = 20 * 60_000;

const REPORTS = join(import.meta.dirname, '../.build/reports');
const TESTS: readonly Step[] = [
  { name: 'types and type tests', command: 'tsc -b --force tsconfig.json' },
  vitest('unit tests, laws, conformance', '--project=!packed', 'unit.json'),
  reporting('no Node: bare context, browser', 'node scripts/test-runtimes.ts', 'runtimes.json'),
  vitest('packed tarballs', '--project=packed', 'packed.json'),
];
const CHECKS: readonly Step[] = [
  { name: 'lint', command: 'oxlint --type-aware --deny-warnings' },
  { name: 'format', command: 'biome format .' },
  { name: 'floors', command: 'node scripts/check-floors.ts' },
  { name: 'style', command: 'node scripts/check-style.ts' },
  { name: 'unused code', command: 'knip --no-progress --no-config-hints' },
  { name: 'build', command: 'tsc -b --force tsconfig.build.json' },
  { name: 'exports', command: 'node scripts/check-exports.ts --built' },
  { name: 'sizes', command: 'node scripts/check-sizes.ts' },
  { name: 'publint: cardea', command: 'publint packages/cardea --strict' },
  { name: 'publint: cli', command: 'publint packages/cli --strict' },
  { name: 'declarations resolve', command: 'attw --pack packages/cardea --profile esm-only --no-color' },
  reporting('npm test', 'npm test', 'tests.json'),
];
const GROUPS: Readonly<Record<string, readonly Step[]>> = { tests: TESTS, checks: CHECKS };

const steps = GROUPS[process.argv[2] ?? ''];
if (steps === undefined) throw new Error(`no such group: name one of \`${Object.keys(GROUPS).join('`, `')}\``);

mkdirSync(REPORTS, { recursive: true });
const outcomes = steps.map(run);
const total = addTallies(outcomes.map(({ tally }) => tally));

console.log();
for (const { name, tally, seconds } of outcomes) {
  const mark = tally.failed > 0 ? 'FAIL' : 'ok  ';
  console.log(`${mark} ${seconds.toFixed(1).padStart(6)} s  ${name}: ${formatTally(tally)}`);
}
const report = process.env['CARDEA_REPORT'];
if (report === undefined) close();
else handOn(report);

function close(): void {
  const inCi = (process.env['CI'] ?? '') !== '';
  if (inCi && total.skipped > 0) console.log('in CI nothing may be skipped');
  process.exitCode = total.failed > 0 || (inCi && total.skipped > 0) ? 1 : 0;
  console.log(`\n${formatTally(total)}`);
}

/** Inside `checks`, the tests leave their count, and the judgement on skips, to the whole. */
function handOn(file: string): void {
  writeTally(file, total);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

function run(step: Step): { readonly name: string; readonly tally: Tally; readonly seconds: number } {
  console.log(`\n== ${step.name}`);
  if (step.report !== undefined) rmSync(step.report, { force: true });
  const { CARDEA_REPORT: _own, ...inherited } = process.env;
  const started = performance.now();
  const { status, signal } = spawnSync(step.command, {
    shell: true,
    timeout: LONGEST_STEP_MS,
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: join(import.meta.dirname, '..'),
    env: { ...inherited, ...step.env },
  });
  const seconds = (performance.now() - started) / 1000;
  if (signal !== null) console.error(`${step.name}: ended by ${signal} after ${seconds.toFixed(0)} s`);
  return { name: step.name, tally: tallyOf(step, status === 0), seconds };
}

function tallyOf(step: Step, succeeded: boolean): Tally {
  if (step.report === undefined) return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
  const own = readTally(step.report);
  if (own !== undefined && (succeeded || own.failed > 0)) return own;
  // it ended without a report, or with one that does not say why it failed
  return addTallies([own ?? { passed: 0, failed: 0, skipped: 0 }, { passed: 0, failed: 1, skipped: 0 }]);
}

function vitest(name: string, project: string, file: string): Step {
  const path = join(REPORTS, file);
  return {
    name,
    command: `vitest run "${project}" --reporter=default --reporter=json --outputFile.json="${path}"`,
    env: { CARDEA_RUNS: process.env['CARDEA_RUNS'] ?? RUNS, CARDEA_SEED: process.env['CARDEA_SEED'] || SEED },
    report: path,
  };
}

function reporting(name: string, command: string, file: string): Step {
  const path = join(REPORTS, file);
  return { name, command, env: { CARDEA_REPORT: path }, report: path };
}
