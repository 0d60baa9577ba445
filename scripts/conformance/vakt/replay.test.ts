import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QUIRKS } from './quirks.ts';
import { replayVakt } from './replay.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SHARED = join(ROOT, '../shared/conformance/vakt');
const FOLDERS = [join(ROOT, 'conformance/vakt'), ...(existsSync(SHARED) ? [SHARED] : [])];
const MOST_ON_PURPOSE = 0.03;

describe.each(FOLDERS)('the recorded decisions of vakt in %s', (folder) => {
  it('are decided the same, but for at most three in a hundred of each file', { timeout: 300_000 }, async () => {
    const { failed, lines, files } = await replayVakt(folder);
    expect(failed, lines.join('\n')).toBe(0);
    expect([...files.keys()]).toEqual(['rules.jsonl', 'decisions.jsonl', 'parser.jsonl', 'json.jsonl']);
    for (const [name, { cases, quirks }] of files) expect(quirks / cases, name).toBeLessThanOrEqual(MOST_ON_PURPOSE);
  });
});

describe('the replay', () => {
  it('says that a folder without vectors holds nothing, and fails', async () => {
    const { failed, lines } = await replayVakt(join(ROOT, 'docs'));
    expect(failed).toBe(1);
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });

  it('knows the quirks that the migration guide lists, in the same words', () => {
    const guide = readFileSync(join(ROOT, 'docs/migrate/from-vakt.md'), 'utf8');
    const rows = [...guide.matchAll(/^\| (Q\d+) \|.*\| (.*) \|$/gm)].map(([, id, matched]) => [id, matched]);
    expect(rows).toEqual(Object.entries(QUIRKS));
  });
});
