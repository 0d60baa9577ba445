import { readFileSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** How many tests of each kind there were. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The sum of several tallies; nothing at all is zero of each. */
export function addTallies(tallies: readonly Tally[]): Tally {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const tally of tallies) {
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.skipped += tally.skipped;
  }
  return total;
}

/** The line that every test command of this repository ends with. */
export function formatTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Leaves a tally for the script that started this one. */
export function writeTally(file: string, tally: Tally): void {
  writeFileSync(file, `${JSON.stringify(tally)}\n`);
}

/** Reads what {@link writeTally} left, or what vitest's JSON reporter wrote; undefined where there is neither. */
export function readTally(file: string): Tally | undefined {
  const report = readJson(file);
  if (typeof report !== 'object' || report === null) return undefined;
  if ('testResults' in report) return tallyOfVitest(report as VitestReport);
  return 'passed' in report && 'failed' in report && 'skipped' in report ? (report as Tally) : undefined;
}

/** A line for each test that vitest's JSON reporter says failed: its file, its name and what it said first. */
export function readFailures(file: string): readonly string[] {
  const report = readJson(file);
  if (typeof report !== 'object' || report === null || !('testResults' in report)) return [];
  return (report as VitestReport).testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [failureLine(name, message)] : [];
    return failed.map((test) => failureLine(`${name} > ${test.fullName}`, test.failureMessages[0]));
  });
}

/** How much of what a test said stands in its line. */
const LONGEST_REASON = 500;

function failureLine(test: string, message = ''): string {
  return `${test}: ${stripVTControlCharacters(message).slice(0, LONGEST_REASON).replaceAll(/\s+/g, ' ')}`;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function tallyOfVitest(report: VitestReport): Tally {
  // a file that fails before its first test, or in a hook, has no failed test of its own
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // the step ended before it wrote its report: it is counted as one failure
  }
}
