import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attr, call, not, or, test as check, value } from '../ast/build.ts';
import { printCondition } from '../ast/print.ts';
import { predicate } from '../filter/memory/predicate.ts';
import { inColumn, readerOfRows } from '../filter/columns/row-reader.ts';
import { sqlText } from '../filter/sql/sql-text.ts';
import type { ConditionalPlan } from '../model/query-plan.ts';
import { documentOf } from '../syntax/functions/document.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { type DocumentRows, withoutDocuments } from './without-documents.ts';

const COLUMNS = {
  countryId: { column: 'countryId', type: 'text', nulls: 'never' },
  homeCountryId: { column: 'homeCountryId', type: 'text', nulls: 'missing' },
  kamId: { column: 'kamId', type: 'integer', nulls: 'null' },
  isOpen: { column: 'isOpen', type: 'boolean', nulls: 'null' },
} as const;
const ROWS: DocumentRows = { columns: COLUMNS, colons: 'never' };

const search = (literal: string): ReturnType<typeof check> =>
  check('contains', call('document', attr('resource')), value(literal));
const planOf = (condition: ConditionalPlan['condition']): ConditionalPlan => ({
  kind: 'conditional',
  over: 'resource',
  condition,
  functions: functionTable(),
  revision: 1,
  diagnostics: [],
});

const valueArb = fc.constantFrom(
  '070',
  '0701',
  '07',
  'nl',
  'NL',
  '',
  'null',
  'K',
  'İ',
  'é94',
  'a, b',
  '{"',
  '\n',
  'l ',
);
const rowArb = fc.record({
  countryId: fc.oneof(
    valueArb,
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll(':', '')),
  ),
  homeCountryId: fc.option(valueArb),
  kamId: fc.option(fc.oneof(fc.constantFrom(9, 94, 940, 9_400, 194, -94, 0, -0, 2 ** 53 - 1), fc.maxSafeInteger())),
  isOpen: fc.option(fc.boolean()),
});
const nameArb = fc.constantFrom('countryid', 'homecountryid', 'id', 'kamid', 'isopen', 'd', 'x', 'rowid');
const beginningArb = fc.oneof(
  fc.constantFrom(
    '',
    '070',
    '07',
    'n',
    'nl',
    'null',
    'nul',
    'k',
    'i',
    '94',
    '9',
    '-',
    '-9',
    '0',
    '00',
    't',
    'false',
    'l ',
  ),
  fc.maxSafeInteger().map(String),
);
const literalArb = fc.tuple(nameArb, beginningArb).map(([name, beginning]) => `${name}:${beginning}`);

test('rows-as-documents: a row is allowed where its document is', () => {
  fc.assert(
    fc.property(rowArb, fc.array(literalArb, { minLength: 1, maxLength: 3 }), (row, literals) => {
      const resource = readerOfRows(COLUMNS, undefined, inColumn)(row);
      const document = documentOf(resource);
      const isFound = literals.some((literal) => document.includes(literal));
      const condition = or(...literals.map(search));
      const [plan, denied] = [condition, not(condition)].map((one) => withoutDocuments(planOf(one), ROWS));
      expect(predicate(plan as ConditionalPlan)(resource)).toBe(isFound);
      expect(predicate(denied as ConditionalPlan)(resource)).toBe(!isFound);
    }),
    { numRuns: 2_000 },
  );
});

test('databases have what it says', () => {
  const mapping = { dialect: 'sqlite', strict: true, columns: COLUMNS } as const;
  const plan = planOf(search('kamid:94'));
  expect(() => sqlText(plan, mapping)).toThrow('document');
  const { text, parameters } = sqlText(withoutDocuments(planOf(search('countryid:070')), ROWS), mapping);
  expect(text).toContain('"countryId" collate binary >= ?');
  expect(parameters).toContain('070');
  expect(sqlText(withoutDocuments(plan, ROWS), mapping).parameters).toContain(94);
});

test.each([
  ['a name that is the end of none', 'customer:7'],
  ['an integer that is never written so', 'kamid:094'],
  ['a capital letter, which no document has', 'countryId:070'],
])('%s is never found', (_, literal) => {
  const { condition } = withoutDocuments(planOf(search(literal)), ROWS) as ConditionalPlan;
  expect(printCondition(condition)).not.toContain('document');
  const resource = readerOfRows(COLUMNS, undefined, inColumn)({ countryId: '070', kamId: 94 });
  expect(predicate(planOf(condition))(resource)).toBe(false);
});

test.each([
  'countryid:070, kamid:94',
  'countryid',
  'countryid: 070',
  'a:b:c',
  '{countryid:070',
  'countryid:k',
  'countryid:ai',
])('%s stays a search', (literal) => {
  const plan = planOf(search(literal));
  expect(withoutDocuments(plan, ROWS)).toEqual(plan);
});

test.each([
  ['of entities', { type: 'footprint' }, ROWS],
  ['of attributes within others', {}, { ...ROWS, columns: { 'owner.countryId': COLUMNS.countryId } }],
  ['of numbers', {}, { ...ROWS, columns: { countryId: { type: 'number', nulls: 'never' } } }],
] as const)('a plan %s stays what it is', (_, more, rows) => {
  const plan = { ...planOf(search('countryid:070')), ...more };
  expect(withoutDocuments(plan, rows)).toEqual(plan);
});
