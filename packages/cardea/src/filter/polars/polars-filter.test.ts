import { DataFrame, Float64, Int64, Series, Utf8 } from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { and, attr, call, not, or, sure, test, value } from '../../ast/build.ts';
import type { Condition } from '../../ast/condition.ts';
import { lowerCase } from '../../ast/lower-case.ts';
import type { QueryPlan } from '../../model/query-plan.ts';
import type { ColumnsMapping } from '../columns/column-mapping.ts';
import { polarsFilter } from './polars-filter.ts';

const FACTS = { over: 'resource', functions: new Map(), revision: 1, diagnostics: [] } as const;
const MAPPING: ColumnsMapping = {
  columns: {
    name: { column: 'name', type: 'text', nulls: 'missing' },
    age: { column: 'age', type: 'integer', nulls: 'missing' },
    price: { column: 'price', type: 'number', nulls: 'missing' },
  },
};
const name = attr('resource', 'name');
const age = attr('resource', 'age');
const price = attr('resource', 'price');

describe('polarsFilter', () => {
  it('is everything or nothing for a plan without conditions', () => {
    const frame = DataFrame({ n: [1, 2] });
    expect(frame.filter(polarsFilter({ kind: 'always', ...FACTS }, MAPPING).expression).height).toBe(2);
    expect(frame.filter(polarsFilter({ kind: 'never', ...FACTS }, MAPPING).expression).height).toBe(0);
  });

  it('never selects a row that holds what its mapping rules out', () => {
    const frame = DataFrame([
      Series('n', [0, 1, 2, 3, 4], Int64),
      Series('age', [5, 1.5, 2 ** 53, NaN, null], Float64),
      Series('price', [1, 1, 1, 1, 1], Float64),
    ]);
    const reads = not(sure(and(test('eq', age, value(7)), test('gt', price, value(3)))));
    expect(
      frame
        .filter(polarsFilter(planOf(reads), MAPPING).expression)
        .getColumn('n')
        .toArray(),
    ).toEqual([0, 4]);
  });

  it.each([[NaN], [Infinity], [-Infinity]])('never selects %s, which is no JSON', (number) => {
    const frame = DataFrame([Series('price', [number, 1], Float64)]);
    const reads = or(test('gt', price, value(0)), not(test('gt', price, value(0))));
    expect(frame.filter(polarsFilter(planOf(reads), MAPPING).expression).height).toBe(1);
  });

  it.each(['a', '.*', '^', '$', 'a|b', '[', '\\', 'col("secret")', "'; drop table t; --"])(
    'takes %s for a text, not for a pattern or an expression',
    (text) => {
      const frame = DataFrame([Series('name', ['xay', `x${text}`, `${text}x`, text, 'secret'], Utf8)]);
      const found = (op: 'contains' | 'startsWith' | 'endsWith' | 'eq'): readonly unknown[] =>
        frame
          .filter(polarsFilter(planOf(test(op, name, value(text))), MAPPING).expression)
          .getColumn('name')
          .toArray();
      const all = ['xay', `x${text}`, `${text}x`, text, 'secret'];
      expect(found('contains')).toEqual(all.filter((each) => each.includes(text)));
      expect(found('startsWith')).toEqual(all.filter((each) => each.startsWith(text)));
      expect(found('endsWith')).toEqual(all.filter((each) => each.endsWith(text)));
      expect(found('eq')).toEqual(all.filter((each) => each === text));
    },
  );

  it('ignores case as deciding does, of all letters', () => {
    const points = Array.from({ length: 0x1e944 }, (_, point) => point).slice(1);
    const letters = points
      .filter((point) => point < 0xd800 || point > 0xdfff)
      .map((point) => String.fromCodePoint(point));
    const frame = DataFrame([Series('name', letters, Utf8)]);
    for (const letter of 'aiksz') {
      const { expression } = polarsFilter(planOf(test('startsWith', call('lower', name), value(letter))), MAPPING);
      const expected = letters.filter((each) => lowerCase(each).startsWith(letter));
      expect(frame.filter(expression).getColumn('name').toArray()).toEqual(expected);
    }
  });

  it.each(['*', '^.*$', '^secret$', '^\n$', ''])('refuses %j as a column, which would be a pattern', (column) => {
    const mapping: ColumnsMapping = { columns: { name: { column, type: 'text', nulls: 'never' } } };
    expect(() => polarsFilter(planOf(test('eq', name, value('x'))), mapping)).toThrow(/`column` cannot be/);
  });

  it('refuses a pattern by name, and makes a superset of it when asked', () => {
    const plan = planOf(and(test('ge', age, value(3)), test('matches', name, value('^a'))));
    expect(() => polarsFilter(plan, MAPPING)).toThrow(/polars has no filter for .*`matches` is not expressed/);
    const { contract, expression, check } = polarsFilter(plan, MAPPING, { contract: 'superset' });
    const frame = DataFrame([Series('name', ['abc', 'b', 'a'], Utf8), Series('age', [3, 4, 1], Int64)]);
    const selected = frame.filter(expression).toRecords();
    expect(contract).toBe('superset');
    expect(selected.map((row) => row['name'])).toEqual(['abc', 'b']);
    expect(selected.filter(check)).toEqual([{ name: 'abc', age: 3 }]);
  });
});

function planOf(condition: Condition): QueryPlan {
  return { kind: 'conditional', condition, ...FACTS };
}
