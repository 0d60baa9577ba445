import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from './fake-terminal.ts';

const BIN = join(import.meta.dirname, '../src/bin.ts');
const POLICY = '- {uid: a, effect: allow, subjects: [s], actions: [a], resources: [r]}\n';
const ALLOWED = '{"subject":"s","action":"a","resource":"r"}';

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Child = ReturnType<typeof start>;

function start(argv: readonly string[], cwd: string) {
  return spawn(process.execPath, ['--conditions=cardea-source', BIN, ...argv], { cwd, stdio: 'pipe' });
}

async function ended(child: Child): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout, stderr };
}

describe('the process', () => {
  it.each([
    ['allowed', ['check', '-p', 'p.yaml', '-i', ALLOWED], { exitCode: 0, stdout: '✓ allowed by `a`\n', stderr: '' }],
    [
      'denied',
      ['check', '-p', 'p.yaml', '-i', '{}'],
      { exitCode: 1, stdout: '✗ denied because no policy applies\n', stderr: '' },
    ],
    [
      'an error',
      ['check', '-p', 'no.yaml', '-i', '{}'],
      {
        exitCode: 2,
        stdout: '',
        stderr: 'cardea: no.yaml: cannot be read: there is no such file or directory [CARDEA_IO]\n',
      },
    ],
  ])('ends with the exit code of %s', async (_what, argv, expected) => {
    const cwd = await folderWith({ 'p.yaml': POLICY });
    expect(await ended(start(argv, cwd))).toEqual(expected);
  });

  it('reads inquiries from a pipe, and answers before the pipe ends', async () => {
    const child = start(
      ['check', '-p', 'p.yaml', '--inquiries', '-', '--json'],
      await folderWith({ 'p.yaml': POLICY }),
    );
    const result = ended(child);
    child.stdin.write(`${ALLOWED}\n`);
    await once(child.stdout, 'data');
    child.stdin.end(ALLOWED);
    const { exitCode, stdout } = await result;
    expect(exitCode).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(3);
  });

  it('ends quietly when nobody reads its output any more', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICY, 'i.ndjson': `${ALLOWED}\n`.repeat(50_000) });
    const child = start(['check', '-p', 'p.yaml', '--inquiries', 'i.ndjson', '--json'], cwd);
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended(child)).toMatchObject({ exitCode: 141, stderr: '' });
  });

  it('ends at an interrupt, with what was decided so far in the audit', async () => {
    const cwd = await folderWith({ 'p.yaml': POLICY });
    const child = start(['check', '-p', 'p.yaml', '--inquiries', '-', '--json', '--audit', 'a.ndjson'], cwd);
    const result = ended(child);
    child.stdin.write(`${ALLOWED}\n`);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await result).toMatchObject({ exitCode: 130, stderr: '' });
  });
});
