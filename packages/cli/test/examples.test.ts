import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cardea } from './fake-terminal.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples');
const PROGRAMS = readdirSync(EXAMPLES).filter((name) => name.endsWith('.ts'));

/** A line that each program must print, so that it not only ends but also says what its comments promise. */
const PROMISED: Readonly<Record<string, string>> = {
  'audit.ts': 'allow {"role":"nurse","email":"[redacted]"} ["nurses-read-charts"]',
  'caching.ts': 'after the policy is gone: false',
  'custom-function.ts': 'allowed by `cards-open-the-door`',
  'demo.ts': '  30 inquiries over 16 policies: 14 allowed, 16 denied, 33 audit records',
  'eurostat.ts': '288 values in memory, polars, sqlite',
  'first-policy.ts': '  - context.ip is `203.0.113.9`; must be in the network 10.20.0.0/16',
  'footprints.ts': 'user4: 1, 2, 3, 4, 5 and more; number 7: 200',
  'statements.ts': 'alice sees 1, 2, 5',
  'middleware.ts': 'token-of-ann // 400 {"error":"refused","outcome":"not decided"}',
  'typed-policies.ts': 'a junior clerk refunds: false',
};

/** The outcome of each line: allow, deny, or not applicable. */
const OUTCOMES = 'a n a n d a a n d d  a n n a a n a a d n  a n a n a d a n n a'.split(/ +/);

describe('the examples', () => {
  it.each(PROGRAMS)('%s runs and says what it promises', async (name) => {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--conditions=cardea-source', join(EXAMPLES, name)],
      { env: { ...process.env, NO_COLOR: '1', NODE_NO_WARNINGS: '1' } },
    );
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toContain(PROMISED[name]);
  });

  it('decide each inquiry of the library as its policies mean it', async () => {
    const { exitCode, stdout } = await cardea(
      ['check', '-p', 'policies', '--inquiries', 'inquiries.ndjson', '--json'],
      { cwd: join(EXAMPLES, 'library') },
    );
    const answers = stdout.trim().split('\n').slice(0, -1);
    expect(exitCode).toBe(0);
    expect(answers.map((line) => (JSON.parse(line) as { decision: { outcome: string } }).decision.outcome[0])).toEqual(
      OUTCOMES,
    );
  });

  it('have documents without a finding that fails, in canonical form', async () => {
    const cwd = join(EXAMPLES, 'library');
    expect((await cardea(['lint', '--strict', 'policies'], { cwd })).exitCode).toBe(0);
    expect((await cardea(['fmt', '--check', 'policies'], { cwd })).exitCode).toBe(0);
  });
});
