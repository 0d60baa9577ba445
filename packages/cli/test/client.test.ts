import { allow, deny, Guard, MemoryStorage } from 'cardea';
import { apiKeys, createApiKey, memoryDirectory } from '@cardea/server';
import { createServer, type ServerOptions } from '@cardea/server/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';

const READERS = allow({
  uid: 'readers',
  subjects: [{ type: 'user' }],
  actions: ['read'],
  resources: [{ type: 'book' }],
});
const LOCKED = deny({ uid: 'locked', subjects: [{ type: 'user' }], actions: ['read'], resources: ['book:b'] });
const QUESTION = ['--subject', 'user:alice', '--action', 'read', '--resource', 'book:a'];

async function started(options: Partial<ServerOptions> = {}): Promise<string> {
  const directory = memoryDirectory({
    entities: [{ type: 'user', id: 'alice' }, ...['a', 'b', 'c:1'].map((id) => ({ type: 'book', id }))],
    actions: [{ name: 'read' }, { name: 'burn' }],
  });
  const guard = new Guard(new MemoryStorage([READERS, LOCKED]));
  const server = await createServer({ guard, directory, ...options });
  onTestFinished(() => server.close());
  return server.url;
}

describe('`cardea client check`', () => {
  it('exits by the decision', async () => {
    const env = { CARDEA_URL: await started() };
    expect(await cardea(['client', 'check', ...QUESTION], { env })).toEqual({
      exitCode: 0,
      stdout: '✓ allowed\n',
      stderr: '',
    });
    const denied = await cardea(['client', 'check', ...QUESTION, '--resource', 'book:b', '--json'], { env });
    expect(denied).toEqual({ exitCode: 1, stdout: '{"decision":false}\n', stderr: '' });
  });

  it('takes a question with properties, whole or for what no option names', async () => {
    const url = await started();
    const question = {
      subject: { type: 'user', id: 'x' },
      action: { name: 'burn' },
      resource: { type: 'book', id: 'a' },
    };
    const cwd = await folderWith({ 'q.json': JSON.stringify(question) });
    expect(await cardea(['client', 'check', '-u', url, '-q', 'q.json'], { cwd })).toMatchObject({ exitCode: 1 });
    const reading = ['client', 'check', '-u', url, '-q', '-', '--action', 'read'];
    expect(await cardea(reading, { stdin: JSON.stringify(question) })).toMatchObject({ exitCode: 0 });
  });

  it('tells what it is asked to tell', async () => {
    const url = await started();
    const { stdout } = await cardea(['client', 'check', '-u', url, ...QUESTION, '--include', 'outcome,revision']);
    expect(stdout).toMatch(/^✓ allowed\n {2}outcome: allow\n {2}revision: \d+\n$/);
  });

  it('says who it is by a variable', async () => {
    const { key, record } = await createApiKey({ id: 'k', roles: ['decider'] });
    const CARDEA_URL = await started({ authenticators: [apiKeys([record])] });
    const asked = ['client', 'check', ...QUESTION];
    expect(await cardea(asked, { env: { CARDEA_URL, CARDEA_TOKEN: key } })).toMatchObject({ exitCode: 0 });
    const unknown = await cardea(asked, { env: { CARDEA_URL } });
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('the variable CARDEA_TOKEN has the key or token [CARDEA_IO]');
    const wrong = await cardea(asked, { env: { CARDEA_URL, CARDEA_TOKEN: `${key}\n` } });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).not.toContain(key);
  });

  it.each([
    ['no decision point', QUESTION, 'name the decision point: --url, or the variable CARDEA_URL'],
    ['no URL', ['-u', 'pdp', ...QUESTION], ' is no URL [CARDEA_INVALID_ARGUMENT]'],
    ['http to another machine', ['-u', 'http://pdp.example.com', ...QUESTION], 'is not https'],
    ['a password in the URL', ['-u', 'https://u:hunter2@pdp.example.com', ...QUESTION], 'has a name or a password'],
    ['no action', ['-u', 'https://pdp.example.com', ...QUESTION.slice(0, 2)], 'the question has no action'],
    ['an entity without an id', ['-u', 'https://pdp.example.com', ...QUESTION, '--subject', 'alice'], '`alice`'],
    ['an unknown detail', ['-u', 'https://pdp.example.com', ...QUESTION, '--include', 'policies'], 'must be some of'],
    ['a decision point that is gone', ['-u', 'http://127.0.0.1:1', ...QUESTION], 'was not reached'],
  ])('is an error with %s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await cardea(['client', 'check', ...args]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('hunter2');
  });
});

describe('`cardea client search`', () => {
  it.each([
    ['subject', ['--subject', 'user', '--action', 'read', '--resource', 'book:a'], ['user:alice']],
    ['resource', ['--subject', 'user:alice', '--action', 'read', '--resource', 'book'], ['book:a', 'book:c:1']],
    ['action', ['--subject', 'user:alice', '--resource', 'book:a'], ['read']],
  ])('for a %s prints each that is found', async (what, question, lines) => {
    const url = await started();
    const found = await cardea(['client', 'search', what, '-u', url, ...question, '--page-size', '1']);
    expect(found).toEqual({ exitCode: 0, stdout: `${lines.join('\n')}\n`, stderr: '' });
  });

  it('ends after as many as are wanted, in JSON for programs', async () => {
    const url = await started();
    const question = ['--subject', 'user:alice', '--action', 'read', '--resource', 'book'];
    const found = await cardea(['client', 'search', 'resource', '-u', url, ...question, '--most', '1', '--json']);
    expect(found.stdout).toBe('{"type":"book","id":"a"}\n');
  });
});

describe('`cardea client watch`', () => {
  it('tells each revision once, and ends at the one that is waited for', async () => {
    const storage = new MemoryStorage([READERS]);
    const guard = new Guard(storage);
    await guard.ready();
    const first = await storage.revision();
    const url = await started({ guard });
    const watched = cardea(['client', 'watch', '-u', url, '--interval', '10', '--until', String(first + 1)]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await storage.add(LOCKED);
    await guard.ready();
    expect(await watched).toEqual({
      exitCode: 0,
      stdout: `✓ ready at revision ${first}\n✓ ready at revision ${first + 1}\n`,
      stderr: '',
    });
  });

  it('tells that a decision point is gone, until it is interrupted', async () => {
    const controller = new AbortController();
    const watching = ['client', 'watch', '-u', 'http://127.0.0.1:1', '--interval', '10', '--json'];
    setTimeout(() => controller.abort(new Error('enough')), 1500);
    const { exitCode, stdout } = await cardea(watching, { signal: controller.signal });
    expect(exitCode).not.toBe(0);
    const failure = 'the decision point was not reached, or the connection broke';
    expect(stdout).toBe(`${JSON.stringify({ ready: false, failure })}\n`);
  });
});
