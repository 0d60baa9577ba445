import { readdir } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { createClient } from 'redis';
import { describe, expect, it } from 'vitest';
import { describeService } from '../../../test/services.ts';
import { cardea, folderWith, type Ran } from './fake-terminal.ts';
import { STORE_KINDS } from './store-places.ts';

const POLICY = {
  uid: '1',
  type: 1,
  effect: 'allow',
  subjects: ['<Max|Nina>'],
  actions: ['get'],
  resources: ['books:<.+>'],
  context: {},
  description: null,
};
const ANY = { 'py/object': 'vakt.rules.logic.Any' };
const FOREIGN = {
  ...POLICY,
  uid: '2',
  type: 2,
  effect: 'deny',
  subjects: [{ 'py/object': 'my.own.Rule' }],
  actions: [ANY],
  resources: [ANY],
};
const ASKED = '{"subject":"Max","action":"get","resource":"books:7"}';

/** A file of SQLite with the tables of vakt and one policy of strings. */
async function vaktFile(): Promise<string> {
  const cwd = await folderWith({});
  const database = new DatabaseSync(join(cwd, 'vakt.db'));
  database.exec(`create table vakt_policies (uid text primary key, type integer, description text, effect boolean, context json);
    insert into vakt_policies values ('1', 1, null, 1, '"{}"');`);
  for (const [name, text] of [
    ['subject', 'Max'],
    ['action', 'get'],
    ['resource', 'books:7'],
  ])
    database.exec(`create table vakt_policy_${name}s (id integer primary key, uid text, ${name} json, ${name}_string text, ${name}_regex text);
      insert into vakt_policy_${name}s values (1, '1', 'null', '${text}', null);`);
  database.close();
  return cwd;
}

describe('`cardea store import-vakt`', () => {
  it('brings tables of SQL into a store, and again without a change', async () => {
    const cwd = await vaktFile();
    const run = (...more: readonly string[]): Promise<Ran> =>
      cardea(['store', 'import-vakt', 'vakt.db', '--checker', 'regex', '-s', 'p.db', ...more], { cwd });
    expect(await run()).toEqual({
      exitCode: 0,
      stdout: '1 added\nstore `p.db` is now at revision 1\n',
      stderr: '1 read, 1 imported, 0 notes on changes, 0 refused\n',
    });
    expect(JSON.parse((await run('--json')).stdout)).toEqual({
      source: 'vakt.db',
      vakt: null,
      store: 'p.db',
      revision: 1,
      read: 1,
      imported: 1,
      written: true,
      added: 0,
      updated: 0,
      moved: 0,
      deleted: 0,
      unchanged: 1,
      linked: 0,
      unlinked: 0,
      changed: [],
      refused: [],
    });
    const check = (...more: readonly string[]): Promise<Ran> =>
      cardea(['check', '-s', 'p.db', '-i', ASKED, ...more], { cwd });
    expect((await check('--functions', 'vakt')).exitCode).toBe(0);
    expect((await run('--collection', 'x')).stderr).toContain('--collection is of MongoDB and Redis');
  });

  it('changes nothing with --dry-run', async () => {
    const cwd = await vaktFile();
    await cardea(['store', 'init', '-s', 'p.db'], { cwd });
    const argv = ['store', 'import-vakt', 'vakt.db', '--checker', 'regex', '-s', 'p.db', '--dry-run'];
    expect((await cardea(argv, { cwd })).stdout).toBe('1 added\nstore `p.db` would change, at revision 0\n');
    expect((await cardea(['store', 'export', '-s', 'p.db'], { cwd })).stdout).toBe('policies: []\n');
  });
});

describeService('mongodb', '`cardea store import-vakt` of MongoDB', (server) => {
  it('changes nothing where a policy is refused, unless that is asked for', async () => {
    const cwd = await folderWith({});
    const name = `cardea_${randomBytes(6).toString('hex')}`;
    const client = await new MongoClient(server).connect();
    try {
      const documents = [POLICY, FOREIGN].map((policy) => ({ _id: policy.uid as never, ...policy }));
      await client.db(name).collection('old').insertMany(documents);
      const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
      const run = (...more: readonly string[]): Promise<Ran> =>
        cardea(['store', 'import-vakt', url, '--collection', 'old', '--checker', 'rules', '-s', 'p.db', ...more], {
          cwd,
        });
      const { exitCode, stdout, stderr } = await run();
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('policy 2 `2`: subjects[0]: ');
      expect(stderr).toContain('2 read, 1 imported, 3 notes on changes, 1 refused\nnothing changed: ');
      expect(await readdir(cwd)).toEqual([]);
      expect(await run('--partial')).toMatchObject({
        exitCode: 1,
        stdout: '1 added\nstore `p.db` is now at revision 1\n',
      });
      expect(await run('--opaque')).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('1 added, 1 unchanged'),
      });
    } finally {
      await client.db(name).dropDatabase();
      await client.close();
    }
  });
});

const redis = STORE_KINDS.find(({ kind }) => kind === 'redis');
redis?.describe('`cardea store import-vakt` of Redis', (newStore) => {
  it('reads the hash, and writes beside it', async () => {
    const cwd = await folderWith({});
    const url = await newStore();
    const client = await createClient({ url }).connect();
    await client.hSet('vakt_policies', { 1: JSON.stringify(POLICY) });
    client.destroy();
    expect(await cardea(['store', 'import-vakt', url, '--checker', 'regex', '-s', url], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('1 added'),
    });
  });
});
