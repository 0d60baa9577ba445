// Mutation testing: changes the sources in small ways, one at a time, and looks whether a test notices.
//   node scripts/mutation.ts [keys|verification …]   all targets where none is named
// The tool is not a dependency of the workspace: it is installed below `.build` on first use.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Target {
  /** Below the engine, without `.ts`. */
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
  /** Of each property: the same for every mutant, and few, for a mutant that is seen now and then would be killed by luck. */
  readonly runs: number;
  /** Per cent of the mutants that must be killed. */
  readonly least: number;
}

const TARGETS: Readonly<Record<string, Target>> = {
  keys: {
    mutate: ['keys', 'key-choice', 'key-hash', 'key-shapes', 'key-slot'],
    tests: ['keys', 'key-choice', 'key-hash', 'key-shapes', 'key-slot'],
    runs: 30,
    least: 90,
  },
  verification: {
    mutate: [
      'condition-machine',
      'condition-encoder',
      'test-compiler',
      'text-tests',
      'truth-code',
      'pattern-runs',
      'code-lists',
    ],
    tests: [
      'condition-machine',
      'condition-encoder',
      'text-tests',
      'program',
      'policy-records',
      'pattern-runs',
      'code-lists',
    ],
    runs: 300,
    least: 90,
  },
};

const SEED = '20261122';
const ENGINE = 'packages/cardea/src/engine';
const root = join(import.meta.dirname, '..');
const tool = join(root, '.build/mutation');

const names = process.argv.slice(2);
const chosen = (names.length > 0 ? names : Object.keys(TARGETS)).map((name) => {
  const target = TARGETS[name];
  if (target === undefined) throw new Error(`no such target: name ${Object.keys(TARGETS).join(' or ')}`);
  return { name, target };
});
install();
const scores = chosen.map(({ name, target }) => ({ name, least: target.least, score: scoreOf(name, target) }));
for (const { name, score, least } of scores) console.log(`${name}: ${score.toFixed(1)} % killed, of ${least} %`);
process.exitCode = scores.every(({ score, least }) => score >= least) ? 0 : 1;

function install(): void {
  if (existsSync(join(tool, 'node_modules/@stryker-mutator/core'))) return;
  mkdirSync(tool, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(root, 'scripts/mutation', file), join(tool, file));
  // Without peers: vitest is the workspace's.
  run('npm', ['ci', '--legacy-peer-deps', '--ignore-scripts'], tool, {});
}

function scoreOf(name: string, { mutate, tests, runs }: Target): number {
  const command = join(tool, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const files = mutate.map((file) => `${ENGINE}/${file}.ts`).join(',');
  const specs = tests.map((file) => `${ENGINE}/${file}.test.ts`).join(' ');
  run(process.execPath, [command, 'run', 'scripts/mutation/stryker.json', '--mutate', files], root, {
    CARDEA_SEED: SEED,
    CARDEA_RUNS: String(runs),
    CARDEA_MUTATION_TESTS: specs,
  });
  return report(name);
}

function run(command: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with ${status}`);
}

/** What Stryker writes: https://github.com/stryker-mutator/mutation-testing-elements, the schema of reports. */
interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

function report(name: string): number {
  const { files } = JSON.parse(readFileSync(join(tool, 'report.json'), 'utf8')) as Report;
  let killed = 0;
  let lived = 0;
  console.log(`\n${name}: mutants that no test noticed`);
  for (const [file, { source, mutants }] of Object.entries(files)) {
    for (const { status, mutatorName, replacement = '', location } of mutants) {
      if (status === 'Killed' || status === 'Timeout') killed += 1;
      if (status !== 'Survived' && status !== 'NoCoverage') continue;
      lived += 1;
      const line = source.split('\n')[location.start.line - 1]?.trim() ?? '';
      const shorter = replacement.replaceAll(/\s+/g, ' ').slice(0, 80);
      console.log(`  ${file.slice(ENGINE.length + 1)}:${location.start.line}:${location.start.column} ${mutatorName}`);
      console.log(`    ${line}\n    → ${shorter}${status === 'NoCoverage' ? ' (no test reaches it)' : ''}`);
    }
  }
  return (100 * killed) / Math.max(1, killed + lived);
}
