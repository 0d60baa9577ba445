import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as indexed from '@cardea/casbin';
import * as casbin from 'casbin';
import { describe, expect, it } from 'vitest';
import { replayCasbin } from './replay.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SAMPLE = join(ROOT, 'conformance/casbin');
const SHARED = join(ROOT, '../shared/conformance/casbin');
const FOLDERS = [SAMPLE, ...(existsSync(SHARED) ? [SHARED] : [])];

describe.each(FOLDERS)('the recorded answers of casbin in %s', (folder) => {
  it('are given by the indexed enforcer, decision and explanation, asked in every way', {
    timeout: 300_000,
  }, async () => {
    const { failed, lines, files } = await replayCasbin(folder, indexed);
    expect(failed, lines.join('\n')).toBe(0);
    expect([...files.keys()]).toEqual(['vectors.jsonl', 'sequences.jsonl']);
  });
});

describe('the replay', () => {
  it('agrees with casbin itself', async () => {
    const { failed, lines } = await replayCasbin(SAMPLE, casbin);
    expect(failed, lines.join('\n')).toBe(0);
  });

  it('fails an enforcer that allows everything', async () => {
    const open = async (...params: unknown[]): Promise<casbin.Enforcer> => {
      const enforcer = await casbin.newEnforcer(...params);
      enforcer.enableEnforce(false);
      return enforcer;
    };
    const { passed, failed } = await replayCasbin(SAMPLE, { ...casbin, newEnforcer: open });
    expect(failed).toBeGreaterThan(passed / 10);
  });

  it('says that a folder without vectors holds nothing, and fails', async () => {
    const { failed, lines } = await replayCasbin(join(ROOT, 'docs'), casbin);
    expect(failed).toBe(1);
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });
});
