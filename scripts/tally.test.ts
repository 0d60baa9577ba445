import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addTallies, formatTally, readTally, writeTally } from './tally.ts';

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

describe('formatTally', () => {
  it('writes the sum as the closing line', () => {
    const tallies = [
      { passed: 1, failed: 2, skipped: 3 },
      { passed: 10, failed: 20, skipped: 30 },
    ];
    expect(formatTally(addTallies(tallies))).toBe('11 passed, 22 failed, 33 skipped');
  });
});
