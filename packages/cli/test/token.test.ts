import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiKeyRecord, apiKeys } from '@cardea/server';
import { describe, expect, it } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';
import { serve, until } from './serving.ts';

/** The time of the clock of the tests. */
const NOW = Date.UTC(2026, 10, 22, 12);
const KEY = /^cardea_[a-z0-9-]+_[\w-]{43}\n$/;

async function recordsOf(cwd: string): Promise<readonly ApiKeyRecord[]> {
  const { keys } = JSON.parse(await readFile(join(cwd, 'keys.json'), 'utf8')) as { keys: readonly ApiKeyRecord[] };
  return keys;
}

/** Who asks with a key at a time; undefined where it does not count. */
async function callerAt(cwd: string, key: string, now: number): Promise<object | undefined> {
  const clock = { now: () => now, elapsed: () => 0 };
  const header = (): string => `Bearer ${key.trim()}`;
  const request = { method: 'POST', path: '/', query: '', header, body: new Uint8Array() };
  return apiKeys(await recordsOf(cwd), clock)
    .authenticate(request)
    .catch(() => undefined);
}

describe('`cardea token create`', () => {
  it('shows a key that counts, alone, and keeps its digest alone', async () => {
    const cwd = await folderWith({});
    const made = await cardea(['token', 'create', 'gateway', '--roles', 'decider,auditor', '--expires', '90d'], {
      cwd,
    });
    expect(made.exitCode).toBe(0);
    expect(made.stdout).toMatch(KEY);
    expect(made.stderr).toBe(
      'key `gateway` of caller `gateway`, decider, auditor, ends 2027-02-20T12:00:00.000Z; it is shown this once\n',
    );
    expect(await callerAt(cwd, made.stdout, NOW)).toEqual({ id: 'gateway', roles: ['decider', 'auditor'] });
    expect(await callerAt(cwd, made.stdout, Date.parse('2027-02-20T12:00:00Z'))).toBeUndefined();
    const secret = made.stdout.trim().slice('cardea_gateway_'.length);
    expect(await readFile(join(cwd, 'keys.json'), 'utf8')).not.toContain(secret);
    expect(made.stderr).not.toContain(secret);
  });

  it('tells it in JSON, of the file that is named', async () => {
    const cwd = await folderWith({});
    const argv = ['token', 'create', 'a', '--roles', 'admin', '--caller', 'ops', '--json'];
    const made = await cardea(argv, { cwd, env: { CARDEA_AUTHENTICATION__API_KEYS: 'keys.json' } });
    const told = JSON.parse(made.stdout) as Readonly<Record<string, unknown>>;
    expect({ ...told, key: undefined }).toEqual({ id: 'a', caller: 'ops', roles: ['admin'], key: undefined });
    expect(await callerAt(cwd, String(told['key']), NOW)).toEqual({ id: 'ops', roles: ['admin'] });
  });

  it.each<[string, readonly string[], string]>([
    ['an id with capitals', ['Gateway', '--roles', 'decider'], 'the id is not 1 to 64 small letters, digits and `-`'],
    ['an unknown role', ['a', '--roles', 'root'], 'the roles are not among decider, editor, auditor, admin'],
    ['no role', ['a'], '--roles'],
    ['an id that is there', ['old', '--roles', 'decider'], 'there is a key `old` already'],
    ['an end that is none', ['a', '--roles', 'decider', '--expires', 'soon'], 'must be a date-time or a span'],
    [
      'an end without a time zone',
      ['a', '--roles', 'decider', '--expires', '2027-01-01T00:00:00'],
      'must be a date-time',
    ],
    ['an end now', ['a', '--roles', 'decider', '--expires', '0d'], 'must be a date-time or a span'],
    ['a file that is wrong', ['a', '--roles', 'decider', '--api-keys', 'wrong.json'], 'wrong.json:1:2: keys'],
  ])('changes nothing with %s', async (_, argv, reason) => {
    const before = JSON.stringify({ keys: [{ id: 'old', sha256: '0'.repeat(64), roles: ['decider'] }] });
    const cwd = await folderWith({ 'keys.json': before, 'wrong.json': '{"keys":{}}' });
    const { exitCode, stdout, stderr } = await cardea(['token', 'create', ...argv], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(reason);
    expect(await readFile(join(cwd, 'keys.json'), 'utf8')).toBe(before);
  });

  it('waits for nobody who changes the file, and loses nothing of several', async () => {
    const cwd = await folderWith({});
    const made = await Promise.all(
      Array.from({ length: 5 }, (_, at) => cardea(['token', 'create', `k${at}`, '--roles', 'decider'], { cwd })),
    );
    const done = made.flatMap(({ exitCode, stdout }) => (exitCode === 0 ? [stdout] : []));
    expect(done.length).toBeGreaterThan(0);
    expect(await recordsOf(cwd)).toHaveLength(done.length);
    await writeFile(join(cwd, 'keys.json.lock'), '');
    const { stderr } = await cardea(['token', 'create', 'late', '--roles', 'decider'], { cwd });
    expect(stderr).toContain('another command changes it; where none does, remove `keys.json.lock`');
  });
});

describe('`cardea token rotate`', () => {
  it('makes another key of the same caller, and lets the old one end later', async () => {
    const cwd = await folderWith({});
    const first = await cardea(['token', 'create', 'gateway', '--roles', 'decider'], { cwd });
    const second = await cardea(['token', 'rotate', 'gateway', '--overlap', '1h'], { cwd });
    expect(second.stderr).toContain('key `gateway-2` of caller `gateway`, decider, does not end');
    const caller = { id: 'gateway', roles: ['decider'] };
    expect(await callerAt(cwd, first.stdout, NOW + 3_599_999)).toEqual(caller);
    expect(await callerAt(cwd, first.stdout, NOW + 3_600_000)).toBeUndefined();
    expect(await callerAt(cwd, second.stdout, NOW + 3_600_000)).toEqual(caller);

    const third = await cardea(['token', 'rotate', 'gateway-2', '--overlap', '0', '--expires', '1d'], { cwd });
    expect(await callerAt(cwd, second.stdout, NOW)).toBeUndefined();
    expect(await callerAt(cwd, third.stdout, NOW)).toEqual(caller);
    expect((await recordsOf(cwd)).map(({ id }) => id)).toEqual(['gateway', 'gateway-3']);
  });

  it('never makes an old key count longer', async () => {
    const cwd = await folderWith({});
    const first = await cardea(['token', 'create', 'a', '--roles', 'decider', '--expires', '1h'], { cwd });
    await cardea(['token', 'rotate', 'a', '--overlap', '30d'], { cwd });
    expect(await callerAt(cwd, first.stdout, NOW + 3_600_000)).toBeUndefined();
  });

  it.each<[string, readonly string[], string]>([
    ['of no key', ['b'], 'there is no key `b`: `cardea token list` names them'],
    ['to an id that is there', ['a', '--as', 'a'], 'there is a key `a` already'],
    ['for a time that is none', ['a', '--overlap', 'long'], 'must be a span such as 90d'],
  ])('changes nothing %s', async (_, argv, reason) => {
    const cwd = await folderWith({});
    await cardea(['token', 'create', 'a', '--roles', 'decider'], { cwd });
    const before = await recordsOf(cwd);
    const { exitCode, stderr } = await cardea(['token', 'rotate', ...argv], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(reason);
    expect(await recordsOf(cwd)).toEqual(before);
  });
});

describe('`cardea token list`', () => {
  it('tells of every key but the key and its digest', async () => {
    const cwd = await folderWith({});
    await cardea(['token', 'create', 'gateway', '--roles', 'decider', '--caller', 'edge'], { cwd });
    await cardea(['token', 'create', 'old', '--roles', 'admin', '--expires', '2026-01-01T00:00:00Z'], { cwd });
    const { stdout } = await cardea(['token', 'list'], { cwd });
    expect(stdout).toBe(
      [
        'id       caller  roles    ends',
        'gateway  edge    decider  never',
        'old      old     admin    2026-01-01T00:00:00Z (ended)',
        '',
      ].join('\n'),
    );
    const listed = await cardea(['token', 'list', '--json'], { cwd });
    expect(JSON.parse(listed.stdout)).toEqual([
      { id: 'gateway', caller: 'edge', roles: ['decider'], ended: false },
      { id: 'old', caller: 'old', roles: ['admin'], expires: '2026-01-01T00:00:00Z', ended: true },
    ]);
    for (const { sha256 } of await recordsOf(cwd)) expect(stdout + listed.stdout).not.toContain(sha256);
  });

  it('says that there is no file', async () => {
    const { exitCode, stderr } = await cardea(['token', 'list'], { cwd: await folderWith({}) });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'cardea: keys.json: cannot be read: there is no such file or directory [CARDEA_IO]\n',
    });
  });
});

it('a running server takes the keys that commands make, and no longer those that they take away', async () => {
  const cwd = await folderWith({ 'p.yaml': '[]' });
  const first = await cardea(['token', 'create', 'a', '--roles', 'decider'], { cwd });
  const argv = ['-p', 'p.yaml', '--api-keys', 'keys.json', '--set', 'reload.everyMs=20', '--set', 'shutdown.drainMs=0'];
  const { ask } = await serve(argv, { cwd });
  const question = { subject: { type: 'u', id: 'a' }, action: { name: 'r' }, resource: { type: 'b', id: '1' } };
  const status = async (key: string): Promise<number> =>
    (await ask('/access/v1/evaluation', question, { authorization: `Bearer ${key.trim()}` })).status;
  expect(await status(first.stdout)).toBe(200);
  const second = await cardea(['token', 'create', 'b', '--roles', 'decider'], { cwd });
  await until(async () => (await status(second.stdout)) === 200);
  expect((await cardea(['token', 'revoke', 'a'], { cwd })).stdout).toBe('key `a` is gone\n');
  await until(async () => (await status(first.stdout)) === 401);
  expect(await status(second.stdout)).toBe(200);
});
