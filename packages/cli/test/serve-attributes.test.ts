import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createApiKey } from '@cardea/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeService } from '../../../test/services.ts';
import { mariadbSite, postgresSite } from '../../cardea/test/database-sites.ts';
import { connectTo, run, type SqlAddress } from '../../cardea/test/sql-connections.ts';
import { cardea, folderWith } from './fake-terminal.ts';
import { serve, type Served, until } from './serving.ts';

const EVALUATION = '/access/v1/evaluation';
/** Staff reads books; whoever is suspended does nothing. */
const POLICIES = `
- {uid: staff, effect: allow, subjects: [{ancestors: {$anyIn: ["group:staff"]}}], actions: [read], resources: [{kind: book}]}
- {uid: suspended, effect: deny, subjects: [{suspended: true}], actions: [{$any: true}], resources: [{$any: true}]}
`;
const QUESTION = {
  subject: { type: 'user', id: 'alice' },
  action: { name: 'read' },
  resource: { type: 'thing', id: '1' },
};
const THINGS = `
entities:
  - {type: thing, id: "1", properties: {kind: book}}
actions: [{name: read}]
`;
const TABLES = {
  user: {
    table: 'people',
    properties: { suspended: { column: 'suspended', as: 'boolean' } },
    parents: [{ type: 'group', column: 'team' }],
  },
};
const AT_ONCE = ['--set', 'shutdown.drainMs=0'];
const PEOPLE = [
  'create table people (id varchar(20) primary key, suspended smallint not null, team varchar(20))',
  "insert into people values ('alice', 0, 'emea')",
];
const SUSPEND = 'update people set suspended = 1';

/** A service that knows the group `emea`, which is in `staff`; it fails when it is told to, and wants a token. */
class Groups {
  readonly #server: Server;
  isFailing = false;

  private constructor(token: string) {
    this.#server = createServer((request: IncomingMessage, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://h');
      if (this.isFailing) response.statusCode = 500;
      else if (request.headers.authorization !== `Bearer ${token}`) response.statusCode = 401;
      else if (searchParams.get('id') !== 'emea') response.statusCode = 404;
      const parents = [{ type: 'group', id: 'staff' }];
      response.end(JSON.stringify({ type: 'group', id: 'emea', properties: {}, parents }));
    });
    onTestFinished(() => void this.#server.close());
  }

  static async start(token: string): Promise<Groups> {
    const groups = new Groups(token);
    groups.#server.listen(0, '127.0.0.1');
    await once(groups.#server, 'listening');
    return groups;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/groups`;
  }
}

const attributes = (groups: Groups, sql: object) => ({
  maxAgeMs: 0,
  sql: { ...sql, tables: TABLES },
  http: [{ url: groups.url, types: ['group'], tokenVariable: 'GROUPS_TOKEN' }],
});

async function stop({ child, ended }: Served): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

describe('the attributes that `cardea serve` finds', () => {
  it('are those of documents, tables and services together, as they are now', async () => {
    const groups = await Groups.start('S3CRET');
    const config = { policies: ['p.yaml'], entities: ['e.yaml'], attributes: attributes(groups, { database: 'a.db' }) };
    const cwd = await folderWith({ 'p.yaml': POLICIES, 'e.yaml': THINGS, 'c.json': JSON.stringify(config) });
    const database = new Database(join(cwd, 'a.db'));
    for (const statement of PEOPLE) database.exec(statement);
    const served = await serve(['-c', 'c.json', '--set', 'reload.everyMs=20', ...AT_ONCE], {
      cwd,
      env: { GROUPS_TOKEN: 'S3CRET' },
    });
    const ask = async (): Promise<unknown> => (await served.ask(EVALUATION, QUESTION)).body;
    expect(await ask()).toEqual({ decision: true });
    const { body } = await served.ask('/access/v1/search/subject', { ...QUESTION, subject: { type: 'user' } });
    expect(body).toEqual({ results: [{ type: 'user', id: 'alice' }] });

    database.exec(SUSPEND);
    expect(await ask()).toEqual({ decision: false });
    database.exec(SUSPEND.replace('1', '0'));
    expect(await ask()).toEqual({ decision: true });
    await writeFile(join(cwd, 'e.yaml'), THINGS.replace('kind: book', 'kind: map'));
    await until(async () => JSON.stringify(await ask()) === '{"decision":false}');

    // Who cannot be asked might say what denies.
    groups.isFailing = true;
    expect((await served.ask(EVALUATION, QUESTION)).status).toBe(503);
    database.close();
    await stop(served);
    expect(served.log()).toContain('answered with 500');
    expect(served.log()).not.toContain('S3CRET');
  });

  it.each<[string, object, string]>([
    [
      'a database that is not there',
      { sql: { database: 'no.db', tables: TABLES } },
      '`attributes.sql.database`: there is no file `',
    ],
    [
      'a database that has no tables',
      { sql: { database: 'redis://a:S3CRET@h', tables: TABLES } },
      'c.json:1:23: attributes.sql.database: tables are in a database of SQL, not of redis',
    ],
    [
      'a variable that is not set',
      { http: [{ url: 'http://h/', types: ['user'], tokenVariable: 'NO_SUCH_TOKEN' }] },
      'attributes.http[0].tokenVariable: the variable `NO_SUCH_TOKEN` is not set',
    ],
    ['a type that two know', { http: [{ url: 'http://h/', types: ['thing'] }] }, 'two sources know the type `thing`'],
  ])('keep it from starting with %s', async (_, given, reason) => {
    const cwd = await folderWith({
      'p.yaml': POLICIES,
      'e.yaml': THINGS,
      'c.json': JSON.stringify({ attributes: given, policies: ['p.yaml'], entities: ['e.yaml'] }),
    });
    const { exitCode, stdout, stderr } = await cardea(['serve', '-c', 'c.json', '--port', '0'], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain('S3CRET');
  });
});

it('a history in a table is one of SQL', async () => {
  const env = { CARDEA_STORE: 'redis://a:S3CRET@h', CARDEA_ADMINISTRATION__HISTORY_TABLE: 't' };
  const { exitCode, stderr } = await cardea(['serve', '--port', '0'], { cwd: await folderWith({}), env });
  expect([exitCode, stderr]).toEqual([
    2,
    'cardea: CARDEA_ADMINISTRATION__HISTORY_TABLE: administration.historyTable: tables are in a database of SQL, not of redis [CARDEA_INVALID_ARGUMENT]\n',
  ]);
});

for (const [name, siteOf] of [
  ['postgres', postgresSite],
  ['mariadb', mariadbSite],
] as const) {
  describeService(name, `the tables of a store in ${name}`, (url) => {
    it('hold attributes, and who changed which policies, for all instances', async () => {
      const groups = await Groups.start('S3CRET');
      const site = await siteOf(url);
      onTestFinished(() => site.remove());
      await statements(site.address, PEOPLE);
      const { key, record } = await createApiKey({ id: 'k', roles: ['admin'] });
      const config = {
        entities: ['e.yaml'],
        policies: ['p.yaml'],
        attributes: attributes(groups, {}),
        authentication: { apiKeys: 'k.json' },
        administration: { enabled: true, historyTable: 'who_changed_what' },
      };
      const cwd = await folderWith({
        'p.yaml': POLICIES,
        'e.yaml': THINGS,
        'k.json': JSON.stringify({ keys: [record] }),
        'c.json': JSON.stringify(config),
      });
      const env = { CARDEA_STORE: site.address.url, GROUPS_TOKEN: 'S3CRET' };
      const initialised = await cardea(['store', 'init'], { cwd, env });
      expect(initialised.stderr).toBe('');
      const headers = { authorization: `Bearer ${key}` };
      const [one, other] = [
        await serve(['-c', 'c.json', ...AT_ONCE], { cwd, env }),
        await serve(['-c', 'c.json', ...AT_ONCE], { cwd, env }),
      ];
      const ask = async (served: Served): Promise<unknown> => (await served.ask(EVALUATION, QUESTION, headers)).body;
      expect(await ask(one)).toEqual({ decision: true });
      const deleted = await fetch(`${one.url}/v1/policies/suspended`, {
        method: 'DELETE',
        headers: { ...headers, 'if-match': '"1"' },
      });
      expect(deleted.status).toBe(200);
      const { body: history } = await other.ask('/v1/policies:history', undefined, headers);
      expect(history).toMatchObject({ entries: [{ caller: 'k', type: 'delete', uid: 'suspended', revision: 2 }] });
      await statements(site.address, [SUSPEND]);
      // It has heard that the policy is gone which would deny.
      await until(async () => JSON.stringify(await ask(other)) === '{"decision":true}');
      for (const served of [one, other]) {
        await stop(served);
        expect(served.log()).not.toMatch(/S3CRET/);
      }
    });
  });
}

async function statements(address: SqlAddress, texts: readonly string[]): Promise<void> {
  const kysely = connectTo(address);
  for (const text of texts) await run(kysely, text);
  await kysely.destroy();
}
