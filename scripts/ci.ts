// Runs what CI runs, one step after another, and counts every check and every test.
//   node scripts/ci.ts tests     the tests: this is `npm test`
//   node scripts/ci.ts checks    lint, format, floors, exports, sizes, unused code, then `npm test`
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startServices, stopServices } from './services/manage.ts';
import { formatReports } from './services/report.ts';
import { SERVER_NAMES } from './services/server.ts';
import { addTallies, formatTally, readFailures, readTally, type Tally, writeTally } from './tally.ts';

interface Step {
  readonly name: string;
  readonly command: string;
  /** It talks to real servers. */
  readonly services?: true;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the step leaves the count of its own tests; a step without one counts as one test. */
  readonly report?: string;
}

/** How often CI runs a property that names no number of its own. */
const RUNS = '10000';
/** In CI a submission is judged on the same cases each time; the scheduled run and everybody's own explore others. */
const SEED = process.env['CI'] ? '20261122' : '';

/** A step that takes longer has stopped making progress: it is ended and counts as failed. */
const LONGEST_STEP_MS = 45 * 60_000;

const REPORTS = join(import.meta.dirname, '../.build/reports');
const TESTS: readonly Step[] = [
  { name: 'types and type tests', command: 'tsc -b --force tsconfig.json' },
  { ...vitest('unit tests, laws, conformance', '--project=!packed', 'unit.json'), services: true },
  reporting('no Node: bare context, browser', 'node scripts/test-runtimes.ts', 'runtimes.json'),
  reporting(
    'soak: two instances, a store that comes and goes',
    'node --conditions=cardea-source --no-warnings scripts/soak.ts --seconds 60',
    'soak.json',
  ),
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
  { name: 'publint: server', command: 'publint packages/server --strict' },
  { name: 'publint: client', command: 'publint packages/client --strict' },
  { name: 'publint: casbin', command: 'publint packages/casbin --strict' },
  { name: 'declarations resolve', command: 'attw --pack packages/cardea --profile esm-only --no-color' },
  { name: 'declarations of casbin resolve', command: 'attw --pack packages/casbin --no-color' },
  { ...reporting('npm test', 'npm test', 'tests.json'), services: true },
];
const GROUPS: Readonly<Record<string, readonly Step[]>> = { tests: TESTS, checks: CHECKS };

const steps = GROUPS[process.argv[2] ?? ''];
if (steps === undefined) throw new Error(`no such group: name one of \`${Object.keys(GROUPS).join('`, `')}\``);

mkdirSync(REPORTS, { recursive: true });
// They start beside the first steps: where something has to be installed or built, it takes minutes.
const starting = startServices(SERVER_NAMES);
const outcomes: Outcome[] = [];
let running: ChildProcess | undefined;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
for (const step of steps) {
  if (step.services) outcomes.push(...(await reportServices()));
  if (interrupted) break;
  outcomes.push(await run(step));
}
await leaveServices();
const total = addTallies(outcomes.map(({ tally }) => tally));

console.log();
for (const { name, tally, seconds, failures } of outcomes) {
  const mark = tally.failed > 0 ? 'FAIL' : 'ok  ';
  console.log(`${mark} ${seconds.toFixed(1).padStart(6)} s  ${name}: ${formatTally(tally)}`);
  for (const failure of failures) console.log(`  - ${failure}`);
}
const report = process.env['CARDEA_REPORT'];
if (report === undefined) close();
else handOn(report);

/** Whoever ends this script ends the step that runs, and the servers are stopped. */
function interrupt(): void {
  interrupted = true;
  running?.kill();
}

function close(): void {
  const inCi = (process.env['CI'] ?? '') !== '';
  if (inCi && total.skipped > 0) console.log('in CI nothing may be skipped');
  process.exitCode = interrupted || total.failed > 0 || (inCi && total.skipped > 0) ? 1 : 0;
  console.log(`\n${formatTally(total)}`);
}

/** Inside `checks`, the tests leave their count, and the judgement on skips, to the whole. */
function handOn(file: string): void {
  writeTally(file, total);
  process.exitCode = interrupted || total.failed > 0 ? 1 : 0;
}

/** Waits for the servers; the checks leave the count of those that are missing to the tests. */
async function reportServices(): Promise<readonly Outcome[]> {
  console.log('\n== services');
  const reports = await starting;
  console.log(formatReports(reports));
  const skipped = reports.filter(({ state }) => state === 'skipped').length;
  const tally = { passed: reports.length - skipped, failed: 0, skipped };
  const seconds = Math.max(...reports.map((report) => report.seconds));
  return steps === TESTS ? [{ name: 'services', tally, seconds, failures: [] }] : [];
}

/** Stops what was started here; what ran before is somebody else's. */
async function leaveServices(): Promise<void> {
  const started = (await starting).filter(({ state }) => state === 'started');
  await stopServices(started.map(({ name }) => name));
}

interface Outcome {
  readonly name: string;
  readonly tally: Tally;
  readonly seconds: number;
  /** A line for each test that failed: what is left to read of a log is often its end. */
  readonly failures: readonly string[];
}

async function run(step: Step): Promise<Outcome> {
  console.log(`\n== ${step.name}`);
  if (step.report !== undefined) rmSync(step.report, { force: true });
  const { CARDEA_REPORT: _own, ...inherited } = process.env;
  const started = performance.now();
  // in place of the shell, so that a signal reaches the step itself
  const child = spawn(`exec ${step.command}`, {
    shell: true,
    timeout: LONGEST_STEP_MS,
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: join(import.meta.dirname, '..'),
    env: { ...inherited, ...step.env },
  });
  running = child;
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const seconds = (performance.now() - started) / 1000;
  if (signal !== null) console.error(`${step.name}: ended by ${signal} after ${seconds.toFixed(0)} s`);
  const failures = step.report === undefined ? [] : readFailures(step.report);
  return { name: step.name, tally: tallyOf(step, code === 0), seconds, failures };
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
