import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { detach, end, isRunning, kill, run } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'cardea-processes-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a command that fails is reported with its last lines', async () => {
  const command = ['sh', '-c', 'echo one; echo two >&2; exit 3'];
  await expect(run(command, { cwd: folder, timeoutMs: 10_000 })).rejects.toThrow(/`sh -c` ended by code 3: one \| two/);
});

it('a command that is not there is reported by its name', async () => {
  await expect(run(['no-such-program'], { cwd: folder, timeoutMs: 10_000 })).rejects.toThrow('no-such-program');
});

it.runIf(process.platform === 'linux')(
  'a process is recognised by the folder that its command line names',
  async () => {
    const pid = await detach(['sh', '-c', 'sleep 60', folder], { cwd: folder, log: join(folder, 'a.log') });
    expect(isRunning(pid, folder)).toBe(true);
    expect(isRunning(pid, '/another/folder')).toBe(false);
    await end(pid, folder, 'SIGTERM');
    expect(isRunning(pid, folder)).toBe(false);
  },
);

it.runIf(process.platform === 'linux')('a process that ignores the signal is killed after a while', async () => {
  const log = join(folder, 'b.log');
  const pid = await detach(['sh', '-c', "trap '' TERM; echo up; while :; do sleep 0.05; done", folder], {
    cwd: folder,
    log,
  });
  await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toBe('up\n'), 10_000);
  await end(pid, folder, 'SIGTERM', 100);
  expect(isRunning(pid, folder)).toBe(false);
});

it.runIf(process.platform === 'linux')('killing a process kills what it started', async () => {
  const log = join(folder, 'c.log');
  const pid = await detach(['sh', '-c', `sh -c 'sleep 60' ${folder}/child & echo $!; wait`, folder], {
    cwd: folder,
    log,
  });
  const child = await vi.waitFor(() => {
    const id = Number(readFileSync(log, 'utf8'));
    expect(isRunning(id, `${folder}/child`)).toBe(true);
    return id;
  }, 10_000);
  await kill(pid, folder);
  expect([isRunning(pid, folder), isRunning(child, `${folder}/child`)]).toEqual([false, false]);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
