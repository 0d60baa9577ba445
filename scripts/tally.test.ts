import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addTallies, formatTally, readFailures, readTally, writeTally } from './tally.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-tally-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('readTally', () => {
  it('reads what writeTally wrote', () => {
    const file = join(folder, 'tally.json');
    writeTally(file, { passed: 3, failed: 2, skipped: 1 });
    expect(readTally(file)).toEqual({ passed: 3, failed: 2, skipped: 1 });
  });

  it('counts a test file that broke before its first test as a failure', () => {
    const file = join(folder, 'vitest.json');
    const testResults = [
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
    ];
    const counts = { numPassedTests: 1, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
    writeFileSync(file, JSON.stringify({ ...counts, testResults }));
    expect(readTally(file)).toEqual({ passed: 1, failed: 2, skipped: 3 });
  });

  it.each([
    ['there is none', undefined],
    ['it is cut off', '{"passed": 1,'],
    ['it is something else', '{"passed": 1}'],
  ])('has no count where %s', (_what, text) => {
    const file = join(folder, 'report.json');
    if (text !== undefined) writeFileSync(file, text);
    expect(readTally(file)).toBeUndefined();
  });
});

describe('readFailures', () => {
  it('names file, test and reason of what failed, in a line each', () => {
    const file = join(folder, 'vitest.json');
    const failed = {
      status: 'failed',
      fullName: 'guard denies',
      failureMessages: ['expected \u001B[31m1\u001B[39m\n  to be 2'],
    };
    const testResults = [
      { name: 'a.test.ts', status: 'failed', assertionResults: [failed, { ...failed, status: 'passed' }] },
      { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      { name: 'c.test.ts', status: 'passed', assertionResults: [] },
    ];
    writeFileSync(file, JSON.stringify({ testResults }));
    expect(readFailures(file)).toEqual(['a.test.ts > guard denies: expected 1 to be 2', 'b.test.ts: no such module']);
  });

  it('has nothing to name where there is no report of single tests', () => {
    const file = join(folder, 'tally.json');
    expect(readFailures(file)).toEqual([]);
    writeTally(file, { passed: 3, failed: 2, skipped: 1 });
    expect(readFailures(file)).toEqual([]);
  });
});

describe('formatTally', () => {
  it('writes the sum as the closing line', () => {
    const tallies = [
      { passed: 1, failed: 2, skipped: 3 },
      { passed: 10, failed: 20, skipped: 30 },
    ];
    expect(formatTally(addTallies(tallies))).toBe('11 passed, 22 failed, 33 skipped');
  });
});
