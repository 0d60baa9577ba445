import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemOf } from './expectation.ts';
import { replayAuthzen } from './replay.ts';

const ROOT = join(import.meta.dirname, '../../..');
const OURS = join(ROOT, 'conformance/authzen');
const SHARED = join(ROOT, '../shared/conformance/authzen');
const FOLDERS = [OURS, SHARED]
  .flatMap((folder) => ['certification', 'todo'].map((scenario) => join(folder, scenario)))
  .filter((folder) => existsSync(folder));

describe('a server', () => {
  it.each(FOLDERS)('answers every case of %s as the standard asks', async (folder) => {
    const { lines, passed } = await replayAuthzen(folder);
    expect(lines).toEqual([`${passed} passed, 0 failed`]);
    expect(passed).toBeGreaterThan(40);
  });
});

describe('an expectation', () => {
  it.each([
    ['another status', { status: 400, body: { error: 'x' } }, { status: 200, decision: true }],
    ['a refusal without a message', { status: 400, body: {} }, { status: 400 }],
    ['another decision', { status: 200, body: { decision: false } }, { status: 200, decision: true }],
    ['a decision that is a string', { status: 200, body: { decision: 'true' } }, { status: 200, decision: true }],
    [
      'fewer decisions',
      { status: 200, body: { evaluations: [{ decision: true }] } },
      { status: 200, decisions: [true, null] },
    ],
    ['a result too many', { status: 200, body: { results: [{ name: 'a' }] } }, { status: 200, results: [] }],
    ['a result too few', { status: 200, body: { results: [] } }, { status: 200, resultsInclude: [{ name: 'a' }] }],
    [
      'a result that must not be',
      { status: 200, body: { results: [{ name: 'a' }] } },
      { status: 200, resultsExclude: [{ name: 'a' }] },
    ],
    [
      'a result of another type',
      { status: 200, body: { results: [{ type: 'b' }] } },
      { status: 200, resultsType: 'a' },
    ],
    ['more results than a page has', { status: 200, body: { results: [1, 2] } }, { status: 200, resultsMax: 1 }],
  ])('finds %s', (_, answer, expected) => {
    expect(problemOf(answer, expected)).toBeDefined();
  });
});
