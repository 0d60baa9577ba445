import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DIFFERENCES } from './differences.ts';
import { replayStatements } from './replay.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SHARED = join(ROOT, '../shared/conformance/statements');
const FOLDERS = [join(ROOT, 'conformance/statements'), ...(existsSync(SHARED) ? [SHARED] : [])];
const MOST_ON_PURPOSE = 0.06;

describe.each(FOLDERS)('the recorded decisions over statements in %s', (folder) => {
  it('are decided the same, but for at most six requests in a hundred', { timeout: 120_000 }, async () => {
    const { failed, lines, requests, lists, differing } = await replayStatements(folder);
    expect(failed, lines.join('\n')).toBe(0);
    expect(requests).toBeGreaterThan(lists);
    expect(differing / requests).toBeLessThanOrEqual(MOST_ON_PURPOSE);
  });
});

describe('the replay of statements', () => {
  it('says that a folder without decisions holds nothing, and fails', async () => {
    const { failed, lines } = await replayStatements(join(ROOT, 'docs'));
    expect(failed).toBe(1);
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });

  it('knows the differences that the guide lists, in the same words', () => {
    const guide = readFileSync(join(ROOT, 'docs/guide/16-statements.md'), 'utf8');
    const rows = [...guide.matchAll(/^\| (S\d+) \| (.*) \|$/gm)].map(([, id, matched]) => [id, matched]);
    expect(rows).toEqual(Object.entries(DIFFERENCES));
  });
});
