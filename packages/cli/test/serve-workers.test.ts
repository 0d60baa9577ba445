import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createApiKey } from '@cardea/server';
import { expect, it } from 'vitest';
import { cardea, folderWith } from './fake-terminal.ts';
import { serve, until } from './serving.ts';

const READERS =
  '- {uid: readers, effect: allow, subjects: [{type: user}], actions: [read], resources: [{type: book}]}\n';
const LOCKED = {
  uid: 'locked',
  effect: 'deny',
  subjects: [{ $any: true }],
  actions: [{ $any: true }],
  resources: [{ $any: true }],
};
const ENTITIES = '{"entities":[{"type":"user","id":"alice"},{"type":"book","id":"1"}],"actions":[{"name":"read"}]}';
const EVALUATION = '/access/v1/evaluation';
const QUESTION = {
  subject: { type: 'user', id: 'alice' },
  action: { name: 'read' },
  resource: { type: 'book', id: '1' },
};
const TWO = ['--workers', '2', '--set', 'shutdown.drainMs=0', '--set', 'reload.everyMs=20'];

it('answers by several threads over documents as they are now, until it is ended', async () => {
  const cwd = await folderWith({ 'p.yaml': READERS, 'e.json': ENTITIES });
  const served = await serve(['-p', 'p.yaml', '--entities', 'e.json', ...TWO], { cwd });
  const decided = async (): Promise<readonly unknown[]> =>
    Promise.all(Array.from({ length: 6 }, async () => (await served.ask(EVALUATION, QUESTION)).body));
  const all = (decision: boolean): readonly object[] => Array.from({ length: 6 }, () => ({ decision }));
  expect(await decided()).toEqual(all(true));
  const search = await served.ask('/access/v1/search/resource', { ...QUESTION, resource: { type: 'book' } });
  expect(search.body).toEqual({ results: [{ type: 'book', id: '1' }] });
  expect((await served.ask('/health/ready')).status).toBe(200);
  await writeFile(join(cwd, 'p.yaml'), `${READERS}- ${JSON.stringify(LOCKED)}\n`);
  await until(async () => JSON.stringify(await decided()) === JSON.stringify(all(false)));
  served.child.kill('SIGTERM');
  expect(await served.ended).toBe(0);
});

it('finds attributes in the tables of its store, from each thread', async () => {
  const config = {
    store: 'cardea.db',
    policies: ['p.yaml'],
    attributes: {
      maxAgeMs: 0,
      sql: { tables: { user: { table: 'people', properties: { team: { column: 'team' } } } } },
    },
  };
  const cwd = await folderWith({
    'p.yaml': READERS.replace('{type: user}', '{team: a}'),
    'c.json': JSON.stringify(config),
  });
  const database = new Database(join(cwd, 'cardea.db'));
  database.exec("create table people (id text primary key, team text); insert into people values ('alice', 'a')");
  const served = await serve(['-c', 'c.json', ...TWO], { cwd });
  const decided = async (): Promise<readonly unknown[]> =>
    Promise.all(Array.from({ length: 6 }, async () => (await served.ask(EVALUATION, QUESTION)).body));
  expect(await decided()).toEqual(Array.from({ length: 6 }, () => ({ decision: true })));
  database.exec("update people set team = 'b'");
  expect(await decided()).toEqual(Array.from({ length: 6 }, () => ({ decision: false })));
  database.close();
  served.child.kill('SIGTERM');
  expect(await served.ended).toBe(0);
});

it('administers a store by one thread for all, whoever may', async () => {
  const { key, record } = await createApiKey({ id: 'admin', roles: ['admin'] });
  const cwd = await folderWith({ 'p.yaml': READERS, 'k.json': JSON.stringify({ keys: [record] }) });
  const argv = [
    '-s',
    'cardea.db',
    '-p',
    'p.yaml',
    '--api-keys',
    'k.json',
    '--set',
    'administration.enabled=true',
    ...TWO,
  ];
  const served = await serve(argv, { cwd });
  const headers = { authorization: `Bearer ${key}` };
  expect(await served.ask(EVALUATION, QUESTION)).toMatchObject({ status: 401 });
  expect(await served.ask(EVALUATION, QUESTION, headers)).toEqual({ status: 200, body: { decision: true } });
  const { body } = await served.ask('/health/ready');
  const { revision } = body as { readonly revision: number };
  const change = { changes: [{ type: 'add', policy: LOCKED }] };
  const match = { ...headers, 'if-match': `"${revision}"` };
  expect(await served.ask('/v1/policies:apply', change, match)).toMatchObject({ status: 200 });
  const answers = await Promise.all(Array.from({ length: 6 }, () => served.ask(EVALUATION, QUESTION, headers)));
  for (const answer of answers) expect(answer.body).toEqual({ decision: false });
});

it('refuses workers that would have nothing to share', async () => {
  const { exitCode, stderr } = await cardea(['serve', '-s', 'cardea.db', '--on-demand', '--workers', '2']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('threads share what is in memory');
});
