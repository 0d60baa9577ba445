import BetterSqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { and, attr, call, every, item, not, or, sure, test, value } from '../../ast/build.ts';
import type { Condition } from '../../ast/condition.ts';
import { attributes } from '../../model/entity.ts';
import type { QueryPlan } from '../../model/query-plan.ts';
import { rowReader } from '../columns/row-reader.ts';
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
    ['a list in a row', every(name, 'x', test('known', item('x'))), /no lists/],
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

describe('sqlMapping', () => {
  it.each([
    ['a dialect', { dialect: 'oracle' }],
    ['an inherited dialect', { dialect: 'toString' }],
    ['a column', { columns: { a: { column: 'a\0', type: 'text', nulls: 'never' } } }],
    ['a type', { columns: { a: { column: 'a', type: 'date', nulls: 'never' } } }],
    ['a meaning of NULL', { columns: { a: { column: 'a', type: 'text' } } }],
    ['a column that is none', { columns: { a: 'a' } }],
  ])('refuses %s that there is not', (_, given) => {
    expect(() => sqlMapping({ ...mappingOf({}), ...given } as SqlMapping)).toThrow(
      'CARDEA' in given ? '' : /cannot be|no dialect/,
    );
  });
});

describe('rowReader', () => {
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
    },
    ...given,
  };
}

function planOf(condition: Condition): QueryPlan {
  return { kind: 'conditional', condition, over: 'resource', functions: new Map(), revision: 1, diagnostics: [] };
}
