import { readFileSync } from 'node:fs';
import { addTallies, formatTally, type Tally } from './tally.ts';

/** What became of the tests of one backend. */
export interface BackendTally extends Tally {
  readonly backend: string;
  /** How many sentences of the contract of a storage it keeps, each counted once for every way to set it up. */
  readonly contract: number;
}

/** One test of a report: the file and the titles of the groups that it is in, or its own where it is in none. */
export interface ReportedTest {
  readonly place: string;
  readonly status: string;
}

/** By what the tests of a backend are recognised: the first that fits counts. */
const BACKENDS: readonly (readonly [backend: string, place: RegExp])[] = [
  ['MongoDB, a model', /a model of a/],
  ['SQLite, node:sqlite', /node:sqlite/],
  ['SQLite, better-sqlite3', /better-sqlite3|\bSQLite\b/],
  ['PostgreSQL', /postgres/i],
  ['MariaDB', /mariadb/i],
  ['MongoDB wire', /mongo/i],
  ['Redis', /redis/i],
  ['memory', /memory\.test\.ts/],
];
const ALL = 'what all share';

/** Backends that only imitate: their tests count, and nobody needs them. */
const IMITATIONS: readonly string[] = ['MongoDB, a model', ALL];

/** Counts tests by the backend that they are about. */
export function backendTallies(tests: readonly ReportedTest[]): readonly BackendTally[] {
  const backendOf = (test: ReportedTest): string => BACKENDS.find(([, place]) => place.test(test.place))?.[0] ?? ALL;
  return [...BACKENDS.map(([backend]) => backend), ALL].map((backend) => {
    const own = tests.filter((test) => backendOf(test) === backend);
    const contract = own.filter(({ place, status }) => status === 'passed' && isContract(place)).length;
    return { backend, contract, ...addTallies(own.map(tallyOf)) };
  });
}

/** Whether every backend was tested, and passed. */
export function areGreen(tallies: readonly BackendTally[]): boolean {
  return tallies.every(isGreen);
}

/** A line a backend. */
export function formatBackends(tallies: readonly BackendTally[]): string {
  const width = Math.max(...tallies.map(({ backend }) => backend.length));
  return tallies
    .map((tally) => {
      const { backend, contract } = tally;
      const kept = contract === 0 ? '' : `, ${contract} of them the contract of a storage`;
      return `${isGreen(tally) ? 'ok  ' : 'FAIL'} ${backend.padEnd(width)}  ${formatTally(tally)}${kept}`;
    })
    .join('\n');
}

/** The tests in a report of vitest. */
export function reportedTests(file: string, root: string): readonly ReportedTest[] {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const path = name.replace(`${root}/`, '');
    // A file that fails before its first test has none that failed.
    if (status === 'failed' && assertionResults.every((test) => test.status !== 'failed'))
      return [{ place: path, status: 'failed' }];
    return assertionResults.map(({ ancestorTitles, title, status: outcome }) => ({
      place: [path, ...(ancestorTitles.length > 0 ? ancestorTitles : [title])].join(' > '),
      status: outcome,
    }));
  });
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

function isGreen({ backend, contract, failed }: BackendTally): boolean {
  return failed === 0 && (contract > 0 || IMITATIONS.includes(backend));
}

function isContract(place: string): boolean {
  return place.endsWith(': the contract of a storage');
}

function tallyOf({ status }: ReportedTest): Tally {
  if (status === 'passed') return { passed: 1, failed: 0, skipped: 0 };
  return status === 'failed' ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 };
}
