import { DatabaseSync } from 'node:sqlite';
import Database from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';
import { describe, expect, it } from 'vitest';
import { keepStatements } from './keep-statements.ts';
import { nodeSqlite } from './node-sqlite.ts';

/** A database that tells what it prepared. */
function counting(): { readonly database: SqliteDatabase; readonly prepared: string[] } {
  const inner = new Database(':memory:');
  const prepared: string[] = [];
  const prepare = (text: string): ReturnType<SqliteDatabase['prepare']> => {
    prepared.push(text);
    return inner.prepare(text);
  };
  return { database: { prepare, close: () => inner.close() }, prepared };
}

describe('a database that keeps its statements', () => {
  it('prepares each of those that were used last once', () => {
    const { database, prepared } = counting();
    const keeping = keepStatements(database, { most: 2 });
    const ask = (value: number): unknown => keeping.prepare(`select ${value} as value`).all([]);
    for (const value of [1, 2, 1, 3, 1, 2]) expect(ask(value)).toEqual([{ value }]);
    expect(prepared.map((text) => text.slice(7, 8)).join('')).toBe('1232');
    keeping.close();
  });

  it('keeps none of the long ones that bulk writing makes', () => {
    const { database, prepared } = counting();
    const keeping = keepStatements(database);
    const long = `select '${'x'.repeat(20_000)}' as value`;
    keeping.prepare(long).all([]);
    keeping.prepare(long).all([]);
    expect(prepared).toHaveLength(2);
  });

  it.each([
    ['better-sqlite3', () => keepStatements(new Database(':memory:') as SqliteDatabase)],
    ['node:sqlite', () => nodeSqlite(new DatabaseSync(':memory:'))],
  ])('of %s follows changes of tables, and reads by rows twice at once', (_, open) => {
    const database = open();
    database.prepare('create table t (a integer)').run([]);
    const insert = (value: number): unknown => database.prepare('insert into t (a) values (?)').run([value]);
    insert(1);
    insert(2);
    const all = (): unknown => database.prepare('select * from t order by a').all([]);
    expect(all()).toEqual([{ a: 1 }, { a: 2 }]);
    database.prepare('alter table t add column b integer').run([]);
    expect(all()).toEqual([
      { a: 1, b: null },
      { a: 2, b: null },
    ]);
    const rows = (): IterableIterator<unknown> => database.prepare('select a from t order by a').iterate([]);
    const [one, two] = [rows(), rows()];
    expect([one.next().value, two.next().value, one.next().value, two.next().value]).toEqual([
      { a: 1 },
      { a: 1 },
      { a: 2 },
      { a: 2 },
    ]);
    expect([one.next().done, two.next().done]).toEqual([true, true]);
    database.close();
  });
});
