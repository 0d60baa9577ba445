import { type Json, type JsonObject, MemoryStorage } from 'cardea';
import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { SQL_DATABASES } from '../../cardea/test/sql-databases.ts';
import { type EntityData, type EntityDirectory, memoryDirectory, sourceDirectory } from '../src/index.ts';
import { type EntityTable, sqlEntities } from '../src/sql/index.ts';
import { editingPoint } from './editing-point.ts';
import { PERMITTED, POLICIES } from './library.ts';

type Tables = Readonly<Record<string, Record<string, unknown>>>;

const TABLES: Readonly<Record<string, EntityTable>> = {
  user: {
    table: 'people',
    properties: { role: 'role' },
    parents: [{ type: 'group', table: 'memberships', child: 'person', parent: 'team' }],
  },
  group: {
    table: 'teams',
    id: 'name',
    parents: [
      { type: 'group', column: 'above' },
      { type: 'group', table: 'team_links', child: 'child', parent: 'parent' },
    ],
  },
};

const directoryOf = <Database>(kysely: Kysely<Database>, tables = TABLES, maxAgeMs = 0): EntityDirectory =>
  sourceDirectory({ sources: [sqlEntities(kysely, tables)], maxAgeMs });

for (const { name, describe: describeDatabase } of SQL_DATABASES)
  describeDatabase(`entities in ${name}`, (create) => {
    const disposals: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const dispose of disposals.splice(0)) await dispose();
    });
    const connect = async (): Promise<Kysely<Tables>> => {
      const place = await create();
      disposals.push(place.dispose);
      return place.connect() as unknown as Kysely<Tables>;
    };

    it('are those of documents, with all that they are in, whatever is in what', async () => {
      const kysely = await connect();
      const text = 'varchar(20)';
      await kysely.schema
        .createTable('people')
        .addColumn('id', text, (c) => c.primaryKey())
        .addColumn('role', text)
        .execute();
      await kysely.schema
        .createTable('teams')
        .addColumn('name', text, (c) => c.primaryKey())
        .addColumn('above', text)
        .execute();
      await kysely.schema.createTable('memberships').addColumn('person', text).addColumn('team', text).execute();
      await kysely.schema.createTable('team_links').addColumn('child', text).addColumn('parent', text).execute();
      const ids = ['a', 'b', 'c', 'd', 'e'];
      const id = fc.constantFrom(...ids);
      const subset = fc.subarray(ids, { maxLength: 2 });
      const dataArb = fc.record({
        people: fc.uniqueArray(fc.tuple(id, fc.option(fc.constantFrom('boss', "it's")), subset), {
          selector: ([of]) => of,
        }),
        teams: fc.uniqueArray(fc.tuple(id, fc.option(id), subset), { selector: ([of]) => of }),
      });
      const group = (of: string): { type: string; id: string } => ({ type: 'group', id: of });
      await fc.assert(
        fc.asyncProperty(dataArb, async ({ people, teams }) => {
          for (const table of ['people', 'teams', 'memberships', 'team_links'])
            await kysely.deleteFrom(table).execute();
          const insert = async (table: string, rows: readonly Record<string, unknown>[]): Promise<void> => {
            if (rows.length > 0) await kysely.insertInto(table).values(rows).execute();
          };
          await insert(
            'people',
            people.map(([of, role]) => ({ id: of, role })),
          );
          await insert(
            'memberships',
            people.flatMap(([person, , of]) => of.map((team) => ({ person, team }))),
          );
          await insert(
            'teams',
            teams.map(([of, above]) => ({ name: of, above })),
          );
          await insert(
            'team_links',
            teams.flatMap(([child, , of]) => of.map((parent) => ({ child, parent }))),
          );
          const entities: EntityData[] = [
            ...people.map(([of, role, parents]) => ({
              type: 'user',
              id: of,
              properties: (role === null ? {} : { role }) as JsonObject,
              parents: parents.map(group),
            })),
            ...teams.map(([of, above, parents]) => ({
              ...group(of),
              parents: [...(above === null ? [] : [above]), ...parents].map(group),
            })),
          ];
          const [expected, found] = [memoryDirectory({ entities }), directoryOf(kysely)];
          for (const type of ['user', 'group', 'other'])
            for (const of of [...ids, 'nobody', "' OR '1'='1", ''])
              expect(await found.find(type, of)).toEqual(expected.find(type, of));
          for (const type of ['user', 'group'])
            for (const after of [undefined, 'b'])
              expect(await found.list(type, after, 2)).toEqual(expected.list(type, after, 2));
        }),
        { numRuns: 30 },
      );
    });

    it('are never another than was asked for, whatever the database takes for equal', async () => {
      const kysely = await connect();
      await kysely.schema.createTable('words').addColumn('id', 'varchar(20)').execute();
      // The test's own server has Latin-1, whose columns MariaDB refuses to compare with other letters.
      if (name === 'mariadb') await sql`alter table words convert to character set utf8mb4`.execute(kysely);
      await kysely.schema.createTable('numbers').addColumn('id', 'integer').execute();
      await kysely
        .insertInto('words')
        .values([{ id: 'Alice' }, { id: 'é' }])
        .execute();
      await kysely
        .insertInto('numbers')
        .values([{ id: 7 }, { id: 10 }])
        .execute();
      const directory = directoryOf(kysely, {
        word: { table: 'words' },
        number: { table: 'numbers', idType: 'integer' },
      });
      const known = async (type: string, id: string): Promise<boolean> =>
        (await directory.find(type, id)) !== undefined;
      expect([await known('word', 'Alice'), await known('number', '7')]).toEqual([true, true]);
      for (const id of ['alice', 'ALICE', 'Alice ', ' Alice', 'Alice\0', 'e', 'e\u0301', 'É', '%', 'Alic_'])
        expect([id, await known('word', id)]).toEqual([id, false]);
      for (const id of ['07', '7.0', '+7', '7 ', '7e0', '0x7', '７', '', '9'.repeat(30), '7; DROP TABLE numbers', 'x'])
        expect([id, await known('number', id)]).toEqual([id, false]);
      expect(await directory.list('number', '7', 9)).toEqual(['10']);
    });

    it('have properties of JSON, and no others', async () => {
      const kysely = await connect();
      await kysely.schema
        .createTable('things')
        .addColumn('id', 'varchar(20)')
        .addColumn('flag', 'integer')
        .addColumn('large', 'bigint')
        .addColumn('data', 'text')
        .addColumn('nothing', 'text')
        .execute();
      await kysely
        .insertInto('things')
        .values([
          { id: 'a', flag: 1, large: 42, data: '{"tags":["x"],"__proto__":1}', nothing: null },
          { id: 'b', flag: 2, large: 1, data: '{}', nothing: null },
          { id: 'c', flag: 0, large: '9007199254740993', data: '{}', nothing: null },
          { id: 'd', flag: 0, large: 1, data: 'no JSON', nothing: null },
        ])
        .execute();
      const directory = directoryOf(kysely, {
        thing: {
          table: 'things',
          properties: {
            flag: { column: 'flag', as: 'boolean' },
            large: { column: 'large', as: 'number' },
            text: { column: 'large', as: 'text' },
            data: { column: 'data', as: 'json' },
            nothing: 'nothing',
            constructor: 'id',
          },
        },
      });
      const found = await directory.find('thing', 'a');
      expect(JSON.parse(JSON.stringify(found))).toEqual({
        flag: true,
        large: 42,
        text: '42',
        data: JSON.parse('{"tags":["x"],"__proto__":1}') as Json,
        constructor: 'a',
      });
      for (const id of ['b', 'c', 'd'])
        await expect(directory.find('thing', id)).rejects.toMatchObject({ status: 503 });
    });

    it('deny with 503 while their tables cannot be read, and permit again afterwards', async () => {
      const kysely = await connect();
      const directory = directoryOf(kysely, {
        book: { table: 'books', properties: { locked: { column: 'locked', as: 'boolean' } } },
      });
      const { ask } = await editingPoint(new MemoryStorage(POLICIES), { directory });
      const decide = async (): Promise<readonly unknown[]> => {
        const { status, body } = await ask('/access/v1/evaluation', {
          method: 'POST',
          role: 'decider',
          body: PERMITTED,
        });
        return [status, body];
      };
      const unknown = [503, { error: 'policies or attributes cannot be read' }];
      expect(await decide()).toEqual(unknown);
      await kysely.schema.createTable('books').addColumn('id', 'varchar(20)').addColumn('locked', 'integer').execute();
      await kysely.insertInto('books').values({ id: 'a', locked: 1 }).execute();
      expect(await decide()).toEqual([200, { decision: false }]);
      await kysely.updateTable('books').set({ locked: 0 }).execute();
      expect(await decide()).toEqual([200, { decision: true }]);
      await kysely.schema.dropTable('books').execute();
      expect(await decide()).toEqual(unknown);
    });
  });

it('entities of SQL make their ancestors of what they are in', () => {
  expect(() => sqlEntities({} as never, { user: { table: 'x', properties: { ancestors: 'y' } } })).toThrow(
    '`ancestors`',
  );
});
