import BetterSqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { and, attr, call, every, item, not, or, some, sure, test, value } from '../../ast/build.ts';
import type { Condition } from '../../ast/condition.ts';
import { attributes } from '../../model/entity.ts';
import type { QueryPlan } from '../../model/query-plan.ts';
import type { ColumnMapping } from '../columns/column-mapping.ts';
import { rowReader } from './row-reader.ts';
import { SQL_DIALECTS, type SqlDialectName } from './sql-dialect.ts';
import { type SqlMapping, sqlMapping } from './sql-mapping.ts';
import { sqlText } from './sql-text.ts';

const DIALECTS = Object.keys(SQL_DIALECTS) as SqlDialectName[];
const INJECTIONS = [
  `'; drop table t; --`,
  `" or 1=1 --`,
  '` or 1=1 -- ',
  '\\',
  '$1',
  '?',
  '/*',
  '${x}',
  "' || (select 1) || '",
];
const name = attr('resource', 'name');
const age = attr('resource', 'age');
const tags = attr('resource', 'tags');
const seen = attr('resource', 'seen');

describe('sqlText', () => {
  it.each([
    ['sqlite', '"name" = ? collate binary', ['x']],
    ['postgres', '("name" = $3 and cast("name" as text) collate "C" = cast($4 as text) collate "C")', ['x', 'x']],
    [
      'mysql',
      '(`name` = ? and cast(convert(`name` using utf8mb4) as binary) = cast(convert(? using utf8mb4) as binary))',
      ['x', 'x'],
    ],
  ] as const)('binds constants and quotes columns in %s', (dialect, part, parameters) => {
    const made = sqlText(planOf(test('eq', name, value('x'))), mappingOf({ dialect }), { firstParameter: 3 });
    expect(made).toMatchObject({ contract: 'exact', text: `(${part})`, parameters });
  });

  it('is everything or nothing for a plan without conditions', () => {
    const facts = { over: 'resource', functions: new Map(), revision: 1, diagnostics: [] } as const;
    expect(sqlText({ kind: 'always', ...facts }, mappingOf({})).text).toBe('true');
    expect(sqlText({ kind: 'never', ...facts }, mappingOf({})).text).toBe('false');
  });

  it.each(DIALECTS)('writes no constant into the text of %s', (dialect) => {
    for (const text of INJECTIONS) {
      for (const op of ['eq', 'lt', 'startsWith', 'endsWith', 'contains'] as const) {
        const made = sqlText(planOf(test(op, name, value(text))), mappingOf({ dialect }));
        const other = sqlText(planOf(test(op, name, value('x'.repeat(text.length)))), mappingOf({ dialect }));
        expect(made.text).toBe(other.text);
        expect(made.parameters[0]).toBe(text);
      }
      const listed = sqlText(planOf(test('in', name, value([text, 'other']))), mappingOf({ dialect }));
      expect(JSON.stringify(listed.parameters)).toContain(JSON.stringify(text).slice(1, -1));
    }
  });

  it.each(INJECTIONS)('quotes a column named %s', (column) => {
    const database = new BetterSqlite(':memory:');
    database.exec(`create table t ("${column.replaceAll('"', '""')}" text) strict`);
    database.exec(`insert into t values ('x'), ('y')`);
    const mapping = mappingOf({ columns: { name: { column, type: 'text', nulls: 'never' } } });
    const { text, parameters } = sqlText(planOf(test('eq', name, value('x'))), mapping);
    expect(
      database
        .prepare(`select count(*) from t where ${text}`)
        .pluck()
        .get(...parameters),
    ).toBe(1);
  });

  it.each<[string, Condition, RegExp]>([
    ['a pattern', test('matches', name, value('^a')), /`matches`/],
    ['a network', test('cidr', name, value('10.0.0.0/8')), /`cidr`/],
    ['a function', test('eq', call('document', name), value('a')), /`document` is a function/],
    ['lower case of a number', test('eq', call('lower', age), value('a')), /holds integer/],
    ['lower case beyond ASCII', test('eq', call('lower', name), value('é')), /beyond ASCII/],
    ['lower case beyond ASCII in a list', test('in', call('lower', name), value(['a', 'é'])), /beyond ASCII/],
    ['an order of lower case', test('lt', call('lower', name), value('a')), /not expressed of lower case/],
    ['columns in lower case', test('eq', call('lower', name), name), /does not compare/],
    ['a list in a column of texts', every(name, 'x', test('known', item('x'))), /holds text/],
    ['a list that is compared as a whole', test('eq', tags, value(['a'])), /not compared as a whole/],
    ['a list among lists', test('in', tags, value([['a']])), /not compared as a whole/],
    ['a list that is compared with a text', test('eq', tags, value('a')), /holds lists of text/],
    ['an order of lists', test('lt', tags, value('a')), /holds lists of text/],
    ['members of items', some(tags, 'x', test('eq', item('x', 'name'), value('a'))), /items have no members/],
    ['a column within a list', some(tags, 'x', test('eq', item('x'), name)), /look at nothing else/],
    ['a column before an item', some(tags, 'x', test('eq', name, value('a'))), /look at nothing else/],
    ['a list within a list', some(tags, 'x', some(tags, 'y', test('known', item('y')))), /for each item/],
    ['items in lower case', some(tags, 'x', test('eq', call('lower', item('x')), value('a'))), /is of no column/],
    ['items of another type', some(tags, 'x', test('lt', item('x'), value(5))), /holds text/],
    ['a text that is no moment', test('lt', seen, value('2024')), /compares with texts such as `2024-05-31`/],
    ['a part of a moment', test('startsWith', seen, value('2024')), /compares with texts such as/],
    ['a moment among numbers', test('eq', seen, value(5)), /holds timestamp/],
    ['an attribute without a column', test('eq', attr('resource', 'other'), value(1)), /no column for `other`/],
    ['an inherited attribute', test('eq', attr('resource', 'toString'), value(1)), /no column for `toString`/],
    ['a path that only looks like one', test('eq', attr('resource', 'a.b'), value(1)), /no column/],
    ['a constant of another type', test('eq', age, value('5')), /holds integer/],
    ['columns of two types', test('eq', age, name), /does not compare/],
    ['a column in a constant', test('startsWith', value('abc'), name), /must come first/],
    ['a text that no column can hold', test('lt', name, value('\ud800')), /can hold that text/],
  ])('refuses %s by name, and makes a superset of it when asked', (_, condition, message) => {
    const plan = planOf(and(test('ge', age, value(3)), or(condition, not(sure(condition)))));
    expect(() => sqlText(plan, mappingOf({}))).toThrow(message);
    const { contract, text, check } = sqlText(plan, mappingOf({}), { contract: 'superset' });
    expect(contract).toBe('superset');
    expect(text).toContain('"age" >= ?');
    expect(check({ age: 2 })).toBe(false);
  });

  it('is a superset under a negation too', () => {
    const plan = planOf(not(sure(test('matches', name, value('^a')))));
    const { text, check } = sqlText(plan, mappingOf({}), { contract: 'superset' });
    expect(text).toBe('(not (false is true))');
    expect([{ name: 'abc' }, { name: 'b' }].map(check)).toEqual([false, true]);
  });

  it('never selects a text in SQLite of which lower case shows a part only', () => {
    const database = new BetterSqlite(':memory:');
    database.exec('create table t (n integer primary key, name text) strict');
    for (const [n, text] of ['a', 'A', 'a\0b', null].entries())
      database.prepare('insert into t values (?, ?)').run(n, text);
    const select = (condition: Condition): readonly unknown[] => {
      const { text, parameters } = sqlText(planOf(condition), mappingOf({}));
      return database
        .prepare(`select n from t where ${text}`)
        .pluck()
        .all(...parameters);
    };
    expect(select(test('eq', call('lower', name), value('a')))).toEqual([0, 1]);
    expect(select(not(sure(test('eq', call('lower', name), value('a')))))).toEqual([3]);
  });

  it('never selects a row that holds what its mapping rules out', () => {
    const database = new BetterSqlite(':memory:');
    database.exec('create table t (n integer primary key, name, age)');
    const insert = database.prepare('insert into t values (?, ?, ?)');
    const rows = [
      ['x', 5],
      [5, 5],
      [Buffer.from('x'), 5],
      ['x', 'old'],
      ['x', 1.5],
      ['x', Buffer.from('5')],
      ['x', null],
    ] as const;
    for (const [n, row] of rows.entries()) insert.run(n, ...row);
    const reads = or(
      not(test('eq', name, value('y'))),
      not(sure(test('gt', age, value(3)))),
      test('gt', age, value(3)),
    );
    const { text, parameters } = sqlText(planOf(reads), mappingOf({ strict: false }));
    expect(
      database
        .prepare(`select n from t where ${text}`)
        .pluck()
        .all(...parameters),
    ).toEqual([0, 6]);
  });
});

it('never selects a row whose JSON has not what it must always have', () => {
  const database = new BetterSqlite(':memory:');
  database.exec('create table t (n integer primary key, doc text) strict');
  const documents = ['{"name":"x"}', '{"name":null}', '{}', null, '{"name":5}'];
  for (const [n, text] of documents.entries()) database.prepare('insert into t values (?, ?)').run(n, text);
  const columns = { name: { column: 'doc', type: 'text', json: ['name'], nulls: 'never' } } as const;
  const { text, parameters } = sqlText(planOf(not(test('eq', name, value('y')))), mappingOf({ columns }));
  expect(
    database
      .prepare(`select n from t where ${text}`)
      .pluck()
      .all(...parameters),
  ).toEqual([0]);
});

describe('sqlMapping', () => {
  it.each([
    ['a dialect', { dialect: 'oracle' }],
    ['an inherited dialect', { dialect: 'toString' }],
    ['a column', { columns: { a: { column: 'a\0', type: 'text', nulls: 'never' } } }],
    ['a type', { columns: { a: { column: 'a', type: 'money', nulls: 'never' } } }],
    ['a meaning of NULL', { columns: { a: { column: 'a', type: 'text' } } }],
    ['a column that is none', { columns: { a: 'a' } }],
    ['a path', { columns: { a: { column: 'a', type: 'text', nulls: 'never', json: 'a.b' } } }],
    ['a name in JSON', { columns: { a: { column: 'a', type: 'text', nulls: 'never', json: ['a"'] } } }],
    ['a place in a list of JSON', { columns: { a: { column: 'a', type: 'text', nulls: 'never', json: ['0'] } } }],
    ['a kind of list', { columns: { a: { column: 'a', type: 'text', nulls: 'never', list: 'json' } } }],
  ])('refuses %s that there is not', (_, given) => {
    expect(() => sqlMapping({ ...mappingOf({}), ...given } as SqlMapping)).toThrow(
      'CARDEA' in given ? '' : /cannot be|no dialect/,
    );
  });
});

describe('sqlMapping of what a dialect cannot say exactly', () => {
  const json = ['a'];
  it.each<[string, SqlDialectName, Partial<ColumnMapping>, RegExp]>([
    ['an array', 'sqlite', { list: true }, /`held`: SQLite has no arrays/],
    ['an array', 'mysql', { list: true }, /`held`: MySQL has no arrays/],
    ['fractions in JSON', 'sqlite', { type: 'number', json }, /fewer digits/],
    ['a day in JSON', 'postgres', { type: 'date', json }, /JSON has no date: it is a text there/],
    ['a list of points in time', 'postgres', { type: 'timestamp', list: true }, /lists hold text, integer, number/],
    ['a list of booleans', 'mysql', { type: 'boolean', list: true, json }, /not boolean/],
    ['a column that the function for lists has', 'sqlite', { column: 'Value', json }, /needs the table before it/],
  ])('refuses %s in %s', (_, dialect, given, message) => {
    const held: ColumnMapping = { column: 'held', type: 'text', nulls: 'missing', ...given };
    expect(() => sqlMapping({ dialect, columns: { attribute: held } })).toThrow(message);
    expect(() => sqlMapping({ dialect, columns: { attribute: held } })).toThrow(
      expect.objectContaining({ code: 'CARDEA_UNSUPPORTED', message: expect.stringContaining('`attribute`') }),
    );
  });

  it('reads lists in a column of the table that has a name of the function for lists', () => {
    const database = new BetterSqlite(':memory:');
    database.exec('create table t (n integer primary key, value text) strict');
    for (const [n, text] of ['["a"]', '["b"]', null].entries())
      database.prepare('insert into t values (?, ?)').run(n, text);
    const columns = { tags: { column: 't.value', type: 'text', json: [], list: true, nulls: 'missing' } } as const;
    const { text, parameters } = sqlText(planOf(test('in', value('b'), tags)), mappingOf({ columns }));
    expect(
      database
        .prepare(`select n from t where ${text}`)
        .pluck()
        .all(...parameters),
    ).toEqual([1]);
  });
});

describe('rowReader', () => {
  it.each<[string, ColumnMapping['type'], unknown, unknown]>([
    ['a point in time', 'timestamp', new Date('2024-05-31T12:00:00.123Z'), '2024-05-31T12:00:00.123Z'],
    ['a text of one', 'timestamp', '2024-05-31T12:00:00.123Z', '2024-05-31T12:00:00.123Z'],
    ['a text of MySQL', 'timestamp', '2024-05-31 12:00:00.100000', '2024-05-31T12:00:00.100Z'],
    ['a text of MySQL without fractions', 'timestamp', '2024-05-31 12:00:00', '2024-05-31T12:00:00.000Z'],
    ['a text of PostgreSQL', 'timestamp', '2024-05-31 12:00:00.12+00', '2024-05-31T12:00:00.120Z'],
    ['a text in another time zone', 'timestamp', '2024-05-31 12:00:00+02', Number.NaN],
    ['a text finer than a millisecond', 'timestamp', '2024-05-31 12:00:00.1234', Number.NaN],
    ['infinity', 'timestamp', Number.POSITIVE_INFINITY, Number.NaN],
    ['an invalid point in time', 'timestamp', new Date(Number.NaN), Number.NaN],
    ['a year of five digits', 'timestamp', new Date('+012024-05-31T12:00:00.000Z'), Number.NaN],
    ['a day', 'date', '2024-05-31', '2024-05-31'],
    ['no day', 'date', '2024-02-30', Number.NaN],
  ])('reads %s as it is when deciding, or as what no inquiry may hold', (_, type, stored, read) => {
    const mapping = mappingOf({ columns: { at: { column: 'at', type, nulls: 'never' } } });
    expect(rowReader(mapping)({ at: stored })).toEqual(attributes({ at: read as number }));
  });

  it('refuses an object for a day', () => {
    const mapping = mappingOf({ columns: { at: { column: 'at', type: 'date', nulls: 'never' } } });
    expect(() => rowReader(mapping)({ at: new Date() })).toThrow(/depends on a time zone/);
  });

  it.each<[string, SqlDialectName, unknown, object]>([
    ['a text', 'sqlite', '{"a":{"b":"x"},"l":["1"]}', { inner: 'x', list: ['1'] }],
    ['what a driver has read', 'postgres', { a: { b: 'x' }, l: [] }, { inner: 'x', list: [] }],
    ['a text that a driver has read', 'postgres', '{"a":{"b":"x"}}', {}],
    ['a list on the way', 'sqlite', '{"a":[{"b":"x"}]}', {}],
    ['null on the way', 'sqlite', '{"a":null,"l":null}', { list: null }],
    ['NULL', 'mysql', null, {}],
    ['what is none', 'sqlite', '{a:1}', { inner: Number.NaN, list: Number.NaN }],
  ])('reads JSON of %s in %s', (_, dialect, stored, read) => {
    const columns = {
      inner: { column: 'doc', type: 'text', json: ['a', 'b'], nulls: 'missing' },
      list: { column: 'doc', type: 'text', json: ['l'], list: true, nulls: 'null' },
    } as const;
    expect(rowReader({ dialect, columns })({ doc: stored })).toEqual(attributes(read as Record<string, string>));
  });

  it('reads numbers in an array as those outside of one', () => {
    const columns = { sizes: { column: 'sizes', type: 'integer', list: true, nulls: 'missing' } } as const;
    expect(rowReader({ dialect: 'postgres', columns })({ sizes: ['1', 2n] })).toEqual(attributes({ sizes: [1, 2] }));
  });

  it('makes of a row what an inquiry has', () => {
    const mapping = mappingOf({
      columns: {
        id: { column: 'b.id', type: 'text', nulls: 'never' },
        'about.age': { column: 'b.age', type: 'integer', nulls: 'missing' },
        open: { column: 'open', type: 'boolean', nulls: 'null' },
      },
    });
    expect(rowReader(mapping)({ id: '7', age: null, open: null })).toEqual(attributes({ id: '7', open: null }));
    expect(rowReader(mapping, 'book')({ id: '7', age: '12', open: 1 })).toEqual({
      type: 'book',
      id: '7',
      properties: { about: { age: 12 }, open: true },
    });
  });

  it('puts no attribute into a prototype', () => {
    const mapping = mappingOf({ columns: { '__proto__.polluted': { column: 'x', type: 'text', nulls: 'never' } } });
    rowReader(mapping)({ x: 'yes' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

function mappingOf(given: Partial<SqlMapping>): SqlMapping {
  return {
    dialect: 'sqlite',
    strict: true,
    columns: {
      name: { column: 'name', type: 'text', nulls: 'missing' },
      age: { column: 'age', type: 'integer', nulls: 'missing' },
      tags: { column: 'tags', type: 'text', list: true, json: [], nulls: 'missing' },
      seen: { column: 'seen', type: 'timestamp', nulls: 'missing' },
    },
    ...given,
  };
}

function planOf(condition: Condition): QueryPlan {
  return { kind: 'conditional', condition, over: 'resource', functions: new Map(), revision: 1, diagnostics: [] };
}
