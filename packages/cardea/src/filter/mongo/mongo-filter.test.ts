import { Query } from 'mingo';
import { Decimal128, Long, ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { MongoTestDatabase } from '../../../test/mongo-servers.ts';
import { and, attr, call, every, item, not, or, some, sure, test, value } from '../../ast/build.ts';
import type { Condition } from '../../ast/condition.ts';
import { attributes } from '../../model/entity.ts';
import type { QueryPlan } from '../../model/query-plan.ts';
import { predicate } from '../memory/predicate.ts';
import { documentReader, mongoFilter } from './mongo-filter.ts';
import { type MongoMapping, mongoMapping } from './mongo-mapping.ts';

const FACTS = { over: 'resource', functions: new Map(), revision: 1, diagnostics: [] } as const;
const MAPPING: MongoMapping = {
  fields: {
    name: { field: 'name', type: 'text', nulls: 'missing' },
    alias: { field: 'alias', type: 'text', nulls: 'null' },
    age: { field: 'about.age', type: 'number', nulls: 'missing' },
    open: { field: 'open', type: 'boolean', nulls: 'never' },
    tags: { field: 'about.tags', type: 'text', list: true, nulls: 'missing' },
    sizes: { field: 'sizes', type: 'number', list: true, nulls: 'null' },
    seen: { field: 'seen', type: 'timestamp', nulls: 'missing' },
  },
};
const name = attr('resource', 'name');
const alias = attr('resource', 'alias');
const age = attr('resource', 'age');
const open = attr('resource', 'open');
const tags = attr('resource', 'tags');
const sizes = attr('resource', 'sizes');
const seen = attr('resource', 'seen');
const ofTag = (...members: string[]): Condition => test('in', item('tag'), value(members));
/** Texts that would be more than texts where they were not quoted, or were keys. */
const HOSTILE = ['$where', '$ne', '', '.*', 'a|b', '(a+)+$', '\\', '[', '\n', '{"$gt":""}', '__proto__', "'; drop"];

describe('mongoFilter', () => {
  it('is everything or nothing for a plan without conditions', () => {
    expect(mongoFilter({ kind: 'always', ...FACTS }, MAPPING).query).toEqual({});
    expect(mongoFilter({ kind: 'never', ...FACTS }, MAPPING).query).toEqual({ $nor: [{}] });
  });

  it('puts each constant behind an operator', () => {
    const { query } = mongoFilter(planOf(test('eq', name, value('$where'))), MAPPING);
    expect(query).toEqual({
      $and: [
        { name: { $eq: '$where' } },
        {
          $and: [
            { name: { $not: { $type: 'array' } } },
            { $or: [{ name: { $eq: null } }, { name: { $type: 'string' } }] },
          ],
        },
      ],
    });
  });

  it.each(HOSTILE)('has %j nowhere but as the value of an operator', (text) => {
    for (const op of ['eq', 'lt', 'in', 'startsWith', 'endsWith', 'contains'] as const) {
      const constant = value(op === 'in' ? [text, 'x'] : text);
      const { query } = mongoFilter(planOf(not(sure(test(op, name, constant)))), MAPPING);
      expect(keysOf(query).filter((key) => !KEYS.has(key))).toEqual([]);
    }
  });

  it.each(['(a+)+$', 'a{1,9}', '^a', '.', '*', 'x$', '#', ' ', '-', '/', '\n', '\u0000', 'é'])(
    'searches for %j as it is written',
    (text) => {
      const { query } = mongoFilter(planOf(test('contains', name, value(text))), MAPPING);
      const pattern = /"\$regex":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(query))?.[1];
      expect(JSON.parse(pattern ?? '')).toMatch(/^(?:[a-zA-Z0-9\u0080-\uffff]|\\x[0-9a-f]{2})+$/);
      expect(new RegExp(`^${JSON.parse(pattern ?? '') as string}$`, 'u').test(text)).toBe(true);
    },
  );

  it.each<[string, Condition, RegExp]>([
    ['a pattern', test('matches', name, value('^a')), /`matches` is not expressed/],
    ['a network', test('cidr', name, value('10.0.0.0/8')), /`cidr` is not expressed/],
    ['a function', test('eq', call('lower', name), value('a')), /`lower` is a function/],
    ['an attribute without a field', test('eq', attr('resource', '$where'), value(1)), /no column for `\$where`/],
    ['an inherited attribute', test('eq', attr('resource', 'toString'), value(1)), /no column for `toString`/],
    ['a constant of another type', test('eq', age, value('5')), /holds number/],
    ['fields of two types', test('eq', age, name), /does not compare/],
    ['two tests of an item', some(tags, 'tag', and(ofTag('a'), test('ge', item('tag'), value('a')))), /not expressed/],
    ['an order of all items', every(tags, 'tag', test('ge', item('tag'), value('a'))), /not expressed/],
    ['an object for a constant', test('eq', name, value({ $ne: null })), /holds text/],
  ])('refuses %s by name, and makes a superset of it when asked', (_, condition, message) => {
    const plan = planOf(and(test('ge', age, value(3)), or(condition, not(sure(condition)))));
    expect(() => mongoFilter(plan, MAPPING)).toThrow(message);
    const { contract, query, check } = mongoFilter(plan, MAPPING, { contract: 'superset' });
    expect(contract).toBe('superset');
    expect(JSON.stringify(query)).toContain('{"about.age":{"$gte":3}}');
    expect(check({ about: { age: 2 }, open: true })).toBe(false);
  });

  it('compares two fields by `$expr`, unless that is to be refused', () => {
    const plan = planOf(or(test('eq', name, alias), test('lt', name, alias)));
    const documents = [
      { n: 0, name: 'a', alias: 'a' },
      { n: 1, name: 'a', alias: 'b' },
      { n: 2, name: 'b', alias: 'a' },
      { n: 3, name: 'a', alias: null },
      { n: 4, alias: null },
      { n: 5, name: 'a' },
      { n: 6, name: ['a'], alias: ['a'] },
      { n: 7, name: '$alias', alias: '$alias' },
    ];
    const found = new Query(mongoFilter(plan, MAPPING).query).find<{ readonly n: number }>(documents).all();
    expect(found.map(({ n }) => n)).toEqual([0, 1, 7]);
    expect(() => mongoFilter(plan, { ...MAPPING, fieldComparisons: 'refuse' })).toThrow(/does not compare/);
  });
});

describe('mongoFilter of lists and points in time', () => {
  const time = '2024-05-31T12:00:00.123Z';
  const documents = [
    { n: 0, about: { tags: ['a', 'b'] }, sizes: [1, 2.5], seen: new Date(time) },
    { n: 1, about: { tags: [] }, sizes: [] },
    { n: 2, about: { tags: ['c'] }, sizes: null, seen: new Date('2024-06-01T00:00:00.000Z') },
    { n: 3, about: {} },
    { n: 4, about: { tags: ['a', null] }, sizes: [Number.NaN] },
    { n: 5, about: { tags: 'a' }, sizes: 1, seen: time },
    { n: 6, about: { tags: ['a', ['a']] }, sizes: ['1'], seen: new Date('+012024-05-31T12:00:00.000Z') },
    { n: 7, about: [{ tags: ['a'] }], sizes: [1, Long.fromString('9007199254740993')] },
  ];
  const read = documentReader(MAPPING);
  const isOne = test('eq', item('size'), value(1));
  it.each<[string, Condition]>([
    ['some item is one of', some(tags, 'tag', ofTag('a', 'c'))],
    ['some item is', test('in', value('a'), tags)],
    ['some item is one of two', some(tags, 'tag', or(ofTag('a'), test('startsWith', item('tag'), value('c'))))],
    ['no item is one of', not(some(tags, 'tag', ofTag('a')))],
    ['no item is surely one of', not(sure(some(tags, 'tag', ofTag('a'))))],
    ['every item is one of', every(tags, 'tag', ofTag('a', 'b'))],
    ['some item is none of', some(tags, 'tag', not(ofTag('a')))],
    ['there is an item', test('truthy', tags)],
    ['there is no item', not(test('truthy', sizes))],
    ['a number', some(sizes, 'size', isOne)],
    ['no number', not(sure(some(sizes, 'size', isOne)))],
    ['null', test('eq', sizes, value(null))],
    ['a list', test('isType', sizes, value('list'))],
    ['a point in time', test('eq', seen, value(time))],
    ['before a day', test('lt', seen, value('2024-06-01'))],
    ['not after', not(sure(test('ge', seen, value('2024-06-01'))))],
  ])('selects what is allowed: %s', (_, condition) => {
    const plan = planOf(condition);
    const { query, contract } = mongoFilter(plan, { ...MAPPING, mismatch: 'decide' });
    const allows = predicate(plan);
    // Of the other field nobody asks.
    const isRuledOut = (n: number): boolean =>
      n === 5 || n === 6 || (n >= 4 && !JSON.stringify(condition).includes('"seen"'));
    const allowed = documents.filter((document) => !isRuledOut(document.n) && allows(read(document)));
    const found = new Query(query).find<{ readonly n: number }>([...documents]).all();
    expect(found.map(({ n }) => n)).toEqual(allowed.map(({ n }) => n));
    expect(contract).toBe('exact');
  });
});

describe('mongoMapping', () => {
  it.each(['', '$where', 'a.$ne', 'a..b', '.a', 'a.', 'a.0', '0', 'a\0', '__proto__', 'a.__proto__.b'])(
    'refuses the field %j',
    (field) => {
      const mapping: MongoMapping = { fields: { a: { field, type: 'text', nulls: 'never' } } };
      expect(() => mongoMapping(mapping)).toThrow(/`field` cannot be/);
    },
  );

  it.each([
    ['a type', { field: 'a', type: 'objectId', nulls: 'never' }, /`type` cannot be/],
    ['a meaning of null', { field: 'a', type: 'text' }, /`nulls` cannot be/],
    ['a field', 'a', /`field` cannot be/],
    ['a list', { field: 'a', type: 'text', nulls: 'never', list: 'array' }, /`list` cannot be/],
    ['a list of booleans', { field: 'a', type: 'boolean', nulls: 'never', list: true }, /`list` cannot be/],
  ])('refuses %s that is none', (_, field, message) => {
    expect(() => mongoMapping({ fields: { a: field } } as unknown as MongoMapping)).toThrow(message);
  });
});

describe('documentReader', () => {
  it('makes of a document what an inquiry has, through documents but not through lists', () => {
    const read = documentReader(MAPPING);
    expect(read({ name: null, alias: null, about: { age: 3 }, open: true })).toEqual(
      attributes({ alias: null, age: 3, open: true }),
    );
    expect(read({ about: [{ age: 3 }] })).toEqual(attributes({}));
  });
});

describeService('mongodb', 'mongoFilter on a server', (url) => {
  const database = new MongoTestDatabase(url, 'hostile');
  const connected = database.connect();
  const documents = [
    { n: 0, name: 'x', about: { age: 5 }, open: true },
    { n: 1, name: ['x'], about: { age: 5 }, open: true },
    { n: 2, name: 'x', about: [{ age: 5 }], open: true },
    { n: 3, name: 'x', about: { age: [5] }, open: true },
    { n: 4, name: 5, about: { age: 5 }, open: true },
    { n: 5, name: new ObjectId(), about: { age: 5 }, open: true },
    { n: 6, name: 'x', about: { age: Long.fromString('9007199254740993') }, open: true },
    { n: 7, name: 'x', about: { age: '5' }, open: true },
    { n: 8, name: 'x', about: { age: 5 }, open: 1 },
    { n: 9, name: 'x', about: { age: 5 } },
    { n: 10, name: 'x', about: { age: 5 }, open: null },
    { n: 11, about: 7, open: true },
    { n: 12, name: { gt: '' }, about: { age: 5 }, open: true },
  ];
  beforeAll(() => connected.collection('things').insertMany(documents.map((document) => ({ ...document }))));
  afterAll(() => database.drop());
  const select = async (condition: Condition): Promise<readonly unknown[]> => {
    const { query } = mongoFilter(planOf(condition), MAPPING);
    return (await connected.collection('things').find(query).toArray()).map(({ n }) => n as unknown);
  };

  it('never selects a document that holds what its mapping rules out', async () => {
    const reads = [test('eq', name, value('y')), test('eq', age, value(6)), test('eq', open, value(false))];
    expect(await select(not(sure(or(...reads))))).toEqual([0, 11]);
    expect(await select(and(test('eq', name, value('x')), test('eq', age, value(5)), test('isTrue', open)))).toEqual([
      0,
    ]);
  });

  it.each(HOSTILE)('finds the text %j, and nothing else by it', async (text) => {
    const place = connected.collection(`texts${HOSTILE.indexOf(text)}`);
    const names = ['abc', text, `${text}x`, `x${text}`, 'aaaaaaaaaaaaaaaaaaaaaaaa!'];
    await place.insertMany(names.map((each) => ({ name: each })));
    const found = async (op: 'eq' | 'startsWith' | 'endsWith' | 'contains'): Promise<readonly unknown[]> => {
      const { query } = mongoFilter(planOf(test(op, name, value(text))), MAPPING);
      return (await place.find(query).toArray()).map((document) => document['name'] as unknown);
    };
    expect(await found('eq')).toEqual(names.filter((each) => each === text));
    expect(await found('startsWith')).toEqual(names.filter((each) => each.startsWith(text)));
    expect(await found('endsWith')).toEqual(names.filter((each) => each.endsWith(text)));
    expect(await found('contains')).toEqual(names.filter((each) => each.includes(text)));
  });

  it('takes a decimal for no number', async () => {
    const decimals = connected.collection('decimals');
    // Some servers store none.
    await decimals.insertOne({ about: { age: Decimal128.fromString('5') } }).catch(() => undefined);
    const { query } = mongoFilter(planOf(not(test('eq', age, value(6)))), MAPPING);
    expect(await decimals.find(query).toArray()).toEqual([]);
  });
});

const KEYS: ReadonlySet<string> = new Set('$and $or $nor $not $eq $ne $in $lt $gt $gte $regex $type name'.split(' '));

function keysOf(query: unknown): readonly string[] {
  if (typeof query !== 'object' || query === null) return [];
  if (Array.isArray(query)) return query.flatMap(keysOf);
  return Object.entries(query).flatMap(([key, member]) => [key, ...keysOf(member)]);
}

function planOf(condition: Condition): QueryPlan {
  return { kind: 'conditional', condition, ...FACTS };
}
