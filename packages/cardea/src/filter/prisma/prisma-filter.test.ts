import { describe, expect, it } from 'vitest';
import { and, attr, call, not, or, sure, test, value } from '../../ast/build.ts';
import type { Condition } from '../../ast/condition.ts';
import type { QueryPlan } from '../../model/query-plan.ts';
import { prismaFilter } from './prisma-filter.ts';
import { type PrismaFieldMapping, type PrismaMapping, prismaMapping, type PrismaProvider } from './prisma-mapping.ts';

const FACTS = { over: 'resource', functions: new Map(), revision: 1, diagnostics: [] } as const;
const FIELDS: PrismaMapping['fields'] = {
  name: { field: 'name', type: 'String', nulls: 'never' },
  alias: { field: 'alias', type: 'String', nulls: 'missing' },
  age: { field: 'age', type: 'Int', nulls: 'never' },
  size: { field: 'size', type: 'BigInt', nulls: 'never' },
  price: { field: 'price', type: 'Float', nulls: 'never' },
};
const name = attr('resource', 'name');
const age = attr('resource', 'age');
const price = attr('resource', 'price');

describe('prismaFilter', () => {
  it('is everything or nothing for a plan without conditions', () => {
    expect(prismaFilter({ kind: 'always', ...FACTS }, mappingOf('sqlite')).where).toEqual({});
    expect(prismaFilter({ kind: 'never', ...FACTS }, mappingOf('sqlite')).where).toEqual({ OR: [] });
  });

  it.each<[Condition, object]>([
    [test('eq', name, value('x')), { name: { equals: 'x' } }],
    [test('in', name, value(['x', 'y'])), { name: { in: ['x', 'y'] } }],
    [not(test('eq', name, value('x'))), { NOT: { name: { equals: 'x' } } }],
    [test('startsWith', name, value('x')), { name: { gte: 'x', lt: 'y' } }],
    [test('present', attr('resource', 'alias')), { alias: { not: null } }],
    [
      not(sure(test('eq', attr('resource', 'alias'), value('x')))),
      { NOT: { AND: [{ alias: { not: null } }, { alias: { equals: 'x' } }] } },
    ],
    [test('lt', age, value(2 ** 40)), {}],
    [test('gt', age, value(2 ** 40)), { OR: [] }],
    [test('eq', age, value(2 ** 40)), { OR: [] }],
    [test('ge', age, value(1.5)), { age: { gte: 2 } }],
  ])('makes of %j a test that is never unknown to the database', (condition, where) => {
    expect(prismaFilter(planOf(condition), mappingOf('sqlite')).where).toEqual(where);
  });

  it.each<[PrismaProvider, PrismaFieldMapping['texts'], string]>([
    ['sqlite', undefined, 'eq in lt startsWith truthy'],
    ['sqlite', 'loose', ''],
    ['postgresql', undefined, 'eq in startsWith endsWith contains truthy'],
    ['postgresql', 'binary', 'eq in lt startsWith endsWith contains truthy'],
    ['postgresql', 'loose', ''],
    ['mysql', undefined, ''],
    ['mysql', 'binary', 'eq in lt startsWith truthy'],
  ])('expresses of texts in %s, where they compare as %s: %s', (provider, texts, expected) => {
    const field: PrismaFieldMapping = { field: 'name', type: 'String', nulls: 'never', ...(texts && { texts }) };
    const mapping = { ...mappingOf(provider), fields: { name: field } };
    const expressed = (['eq', 'in', 'lt', 'startsWith', 'endsWith', 'contains', 'truthy'] as const).filter((op) => {
      const constant = value(op === 'in' ? ['x'] : 'x');
      const plan = planOf(op === 'truthy' ? test(op, name) : test(op, name, constant));
      return prismaFilter(plan, mapping, { contract: 'superset' }).contract === 'exact';
    });
    expect(expressed.join(' ')).toBe(expected);
  });

  it.each(['%', '_', '\\', 'a%b'])('refuses to search PostgreSQL for %s, which would be a pattern', (text) => {
    expect(() => prismaFilter(planOf(test('contains', name, value(text))), mappingOf('postgresql'))).toThrow(
      /compares texts in another way/,
    );
  });

  it.each<[string, Condition, RegExp]>([
    ['a pattern', test('matches', name, value('^a')), /`matches` is not expressed/],
    ['a function', test('eq', call('lower', name), value('a')), /`lower` is a function/],
    ['an attribute without a field', test('eq', attr('resource', 'OR'), value(1)), /no column for `OR`/],
    ['a constant of another type', test('eq', age, value('5')), /holds integer/],
    ['an object for a constant', test('eq', name, value({ not: null })), /holds text/],
    ['two fields', test('eq', name, attr('resource', 'alias')), /does not compare/],
    ['a number that is rounded', test('eq', price, value(0.1 + 0.2)), /rounds the number/],
    ['a number in a list that is rounded', test('in', price, value([1, 0.1 + 0.2])), /rounds the number/],
  ])('refuses %s by name, and makes a superset of it when asked', (_, condition, message) => {
    const plan = planOf(and(test('ge', age, value(3)), or(condition, not(sure(condition)))));
    expect(() => prismaFilter(plan, mappingOf('sqlite'))).toThrow(message);
    const { contract, where, check } = prismaFilter(plan, mappingOf('sqlite'), { contract: 'superset' });
    expect(contract).toBe('superset');
    expect(JSON.stringify(where, withBigIntegers)).toContain('{"age":{"gte":3}}');
    expect(check({ name: 'x', age: 2, price: 1 })).toBe(false);
  });
});

describe('prismaMapping', () => {
  it.each(['AND', 'OR', 'NOT', '', 'a.b', '__proto__', '$queryRaw', 'a b', 'a\0', "a'", '1a'])(
    'refuses the field %j',
    (field) => {
      const mapping = { ...mappingOf('sqlite'), fields: { a: { field, type: 'String', nulls: 'never' } } } as const;
      expect(() => prismaMapping(mapping)).toThrow(/`field` cannot be/);
    },
  );

  it.each([
    ['a provider', { provider: 'toString' }, /no provider/],
    ['a type', { fields: { a: { field: 'a', type: 'Decimal', nulls: 'never' } } }, /`type` cannot be/],
    ['a meaning of null', { fields: { a: { field: 'a', type: 'Int' } } }, /`nulls` cannot be/],
    ['a comparison', { fields: { a: { field: 'a', type: 'Int', nulls: 'never', texts: 'ci' } } }, /`texts` cannot be/],
  ])('refuses %s that there is not', (_, given, message) => {
    expect(() => prismaMapping({ ...mappingOf('sqlite'), ...given } as PrismaMapping)).toThrow(message);
  });
});

function withBigIntegers(_: string, member: unknown): unknown {
  return typeof member === 'bigint' ? String(member) : member;
}

function mappingOf(provider: PrismaProvider): PrismaMapping {
  return { provider, fields: FIELDS };
}

function planOf(condition: Condition): QueryPlan {
  return { kind: 'conditional', condition, ...FACTS };
}
