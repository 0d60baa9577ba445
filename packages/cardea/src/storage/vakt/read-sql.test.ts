import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import {
  fill,
  isKept,
  mariadbTables,
  type OpenOptions,
  type PolicyRows,
  postgresTables,
  rowsOf,
  sqliteTables,
  type VaktTablesDatabase,
} from '../../../test/vakt-tables.ts';
import { itWithVakt } from '../../../test/vakt-itself.ts';
import {
  expectImported,
  keptByVakt,
  losslessText,
  recordedPolicies,
  withDistinctUids,
} from '../../../test/vakt-vectors.ts';
import { importVaktDatabase, type LosslessJson, parseLosslessJson } from '../../syntax/vakt/index.ts';
import { MemoryStorage } from '../memory.ts';
import { readVaktSql } from './read-sql.ts';

type Members = ReadonlyMap<string, LosslessJson>;

describe('reading the tables of vakt in SQLite', () => tests(sqliteTables));
describeService('postgres', 'reading the tables of vakt in PostgreSQL', (url) =>
  tests((options) => postgresTables(url, options)),
);
describeService('mariadb', 'reading the tables of vakt in MariaDB', (url) =>
  tests((options) => mariadbTables(url, options)),
);

function tests(open: (options?: OpenOptions) => Promise<VaktTablesDatabase>): void {
  let database: VaktTablesDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  it('gives the policies that vakt stored, of every rule, each as its text does', async () => {
    const lines = keptByVakt('sql').filter((line) => !(line.get('policy') as string).includes('py/id'));
    const lists = withDistinctUids(lines, (line) => policyRow(line).get('uid'));
    for (const list of lists) {
      await fill(database, list.map(recordedRows));
      const texts = list.map((line) => line.get('restored') as string);
      for (const checker of ['rules', 'regex', 'exact', 'fuzzy'] as const)
        await expectImported(readVaktSql(database.kysely), texts, checker);
    }
    expect(lines.length).toBeGreaterThan(45);
  });

  it('gives the policies on which decisions of vakt are recorded', async () => {
    for (const [checker, all] of recordedPolicies()) {
      // An element is encoded alone, an effect is a boolean, and a description a text: the rest is lost before we read it.
      const policies = all.filter(isKept);
      expect(policies.length).toBeGreaterThan(all.length / 2);
      await fill(database, policies.map(rowsOf));
      await expectImported(readVaktSql(database.kysely), policies.map(losslessText), checker);
    }
  });

  it('refuses a rule whose pattern vakt lost when it split the policy', async () => {
    const pattern =
      '{"py/object": "vakt.rules.string.RegexMatch", "regex": {"py/object": "re.Pattern", "pattern": "^a"}}';
    const again = '{"py/object": "vakt.rules.string.RegexMatch", "regex": {"py/id": 40}}';
    const text = `{"uid": "u", "type": 2, "subjects": [${pattern}], "actions": [${again}], "resources": [], "effect": "deny", "context": {}}`;
    await fill(database, [rowsOf(parseLosslessJson(text) as Members)]);
    const { refused } = await importVaktDatabase(readVaktSql(database.kysely), new MemoryStorage(), {
      checker: 'rules',
    });
    expect(refused).toMatchObject([
      { uid: 'u', path: ['actions', 0], message: expect.stringContaining('lost its pattern') },
    ]);
  });

  it('reads every policy once, by pages in the order of the database, with hostile uids', async () => {
    const uids = [
      '',
      "'",
      '%',
      '_',
      '\\',
      'a',
      'b',
      'é',
      'ß',
      '🙂',
      '1',
      '10',
      '9',
      'zz\u202e',
      '$1',
      '?',
      'x'.repeat(255),
    ];
    const policy = (uid: string): string =>
      `{"uid": ${JSON.stringify(uid)}, "type": 1, "subjects": [${JSON.stringify(uid)}], "actions": ["get"], "resources": ["r"], "effect": "allow", "context": {}}`;
    await fill(
      database,
      uids.map((uid) => rowsOf(parseLosslessJson(policy(uid)) as Members)),
    );
    const report = await importVaktDatabase(readVaktSql(database.kysely), new MemoryStorage(), {
      checker: 'exact',
      batch: 2,
    });
    expect(report).toMatchObject({ read: uids.length, added: uids.length - 1, existing: [] });
    expect(report.refused.map(({ uid }) => uid)).toEqual(['']);
  });

  it('only reads, and sees the rows of each batch at one moment', async () => {
    const policy =
      '{"uid": "u", "type": 1, "subjects": ["max"], "actions": ["get"], "resources": ["r"], "effect": "allow", "context": {}}';
    await fill(database, [rowsOf(parseLosslessJson(policy) as Members)]);
    database.statements();
    await importVaktDatabase(readVaktSql(database.kysely), new MemoryStorage(), { checker: 'exact' });
    const statements = database.statements();
    expect(
      statements.filter((statement) => !/^(?:select|begin|commit|set transaction|start transaction)\b/.test(statement)),
    ).toEqual([]);
    expect(statements.filter((statement) => /begin|start/.test(statement)).length).toBe(1);
  });

  it('says which version the migrations of vakt left, and refuses one that is not known', async () => {
    const run = (statement: string): Promise<unknown> => database.kysely.executeQuery(CompiledQuery.raw(statement));
    const reader = readVaktSql(database.kysely);
    expect(await reader.version()).toBeUndefined();
    await run('create table vakt_migrations (id integer not null primary key, version integer not null)');
    expect(await reader.version()).toBeUndefined();
    await run('insert into vakt_migrations values (1, 1)');
    expect(await reader.version()).toBe('1.3.0');
    await run('update vakt_migrations set version = 2');
    await expect(reader.version()).rejects.toThrow('the database is at migration `2` of vakt, of which 1 are known');
  });

  itWithVakt('gives what vakt itself wrote, and the same decisions', async () => {
    const empty = await open({ withoutTables: true });
    onTestFinished(empty.dispose);
    return { place: empty.place, open: () => readVaktSql(empty.kysely) };
  });
}

function policyRow(line: Members): Members {
  return (line.get('tables') as Members).get('vakt_policies') as Members;
}

function recordedRows(line: Members): PolicyRows {
  const tables = line.get('tables') as Members;
  const rows = (name: string): PolicyRows['subjects'] =>
    (tables.get(`vakt_policy_${name}`) as readonly Members[]).map(plain);
  return {
    policy: plain(policyRow(line)),
    subjects: rows('subjects'),
    actions: rows('actions'),
    resources: rows('resources'),
  };
}

// The columns of a row; those of JSON are texts of JSON.
function plain(row: Members): PolicyRows['policy'] {
  const columns = Array.from(row, ([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]);
  return Object.fromEntries(columns) as PolicyRows['policy'];
}
