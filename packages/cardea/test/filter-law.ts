import fc from 'fast-check';
import { expect } from 'vitest';
import { and, attr, call, every, item, not, or, some, sure, test, value } from '../src/ast/build.ts';
import type { Condition, Operand } from '../src/ast/condition.ts';
import type { FunctionTable } from '../src/ast/functions.ts';
import type { Json } from '../src/ast/json.ts';
import type { Operator } from '../src/ast/operators.ts';
import { type Combining, COMBINING } from '../src/decide/combining.ts';
import { decide } from '../src/decide/decide.ts';
import { planOf } from '../src/decide/plan.ts';
import { isCardeaError } from '../src/errors.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import type { Effect } from '../src/model/policy.ts';
import type { LoweredPolicy } from '../src/model/lowered-policy.ts';
import type { QueryPlan } from '../src/model/query-plan.ts';
import { functionTable } from '../src/syntax/functions/table.ts';
import { touchy } from './arbitrary.ts';

/** A row of the table that the law is tried on; null is NULL. */
export interface LawRow {
  readonly n: number;
  readonly owner: string | null;
  readonly title: string | null;
  readonly status: string;
  readonly age: number | null;
  readonly size: number;
  readonly price: number | null;
  readonly open: boolean | null;
  readonly flag: boolean | null;
  readonly born: string | null;
  readonly seen: string | null;
  readonly tags: readonly string[] | null;
  readonly sizes: readonly number[] | null;
  readonly scores: readonly number[] | null;
  readonly data: LawData | null;
}

/** What is in the column of JSON. */
interface LawData {
  readonly kind?: string | null;
  readonly deep?: { readonly mark?: string | null } | null;
  readonly level?: number | null;
  readonly weight?: number | null;
  readonly ok?: boolean | null;
  readonly labels?: readonly string[] | null;
}

/** How each attribute is in the table, whatever the database. */
export const LAW_COLUMNS = {
  owner: { column: 'owner', type: 'text', nulls: 'missing' },
  'about.title': { column: 'title', type: 'text', nulls: 'null' },
  status: { column: 'status', type: 'text', nulls: 'never' },
  age: { column: 'age', type: 'integer', nulls: 'missing' },
  size: { column: 'size', type: 'integer', nulls: 'never' },
  price: { column: 'price', type: 'number', nulls: 'null' },
  open: { column: 'open', type: 'boolean', nulls: 'missing' },
  flag: { column: 'flag', type: 'boolean', nulls: 'null' },
} as const;

/** Those of days and points in time. */
export const LAW_MOMENTS = {
  born: { column: 'born', type: 'date', nulls: 'missing' },
  seen: { column: 'seen', type: 'timestamp', nulls: 'null' },
} as const;

/** Those of lists. */
export const LAW_LISTS = {
  tags: { column: 'tags', type: 'text', list: true, nulls: 'missing' },
  sizes: { column: 'sizes', type: 'integer', list: true, nulls: 'null' },
  scores: { column: 'scores', type: 'number', list: true, nulls: 'missing' },
} as const;

/** Those of a column of JSON. */
export const LAW_JSON = {
  'data.kind': { column: 'data', json: ['kind'], type: 'text', nulls: 'missing' },
  'data.deep.mark': { column: 'data', json: ['deep', 'mark'], type: 'text', nulls: 'null' },
  'data.level': { column: 'data', json: ['level'], type: 'integer', nulls: 'null' },
  'data.weight': { column: 'data', json: ['weight'], type: 'number', nulls: 'missing' },
  'data.ok': { column: 'data', json: ['ok'], type: 'boolean', nulls: 'missing' },
  'data.labels': { column: 'data', json: ['labels'], type: 'text', list: true, nulls: 'null' },
} as const;

const TEXTS = [
  '',
  ' ',
  'a',
  'A',
  'a ',
  ' a',
  'ab',
  'aB',
  'b',
  'é',
  'e\u0301',
  'ß',
  'ss',
  'SS',
  'İ',
  'i',
  'ı',
  'k',
  '\u212A',
  'ς',
  'σ',
  '😀',
  '\uFFFD',
  '\uE000',
  '\uD7FF',
  '\u{10FFFF}',
  '%',
  '_',
  'a%',
  '\\',
  '\\%',
  "'",
  "a' or 1=1 -- ",
  '"; drop table things; --',
  '`',
  '$1',
  '?',
  ':n',
  '${x}',
  '1',
  '0',
  'true',
  'null',
  'NULL',
  '\n',
  '10.0.0.1',
  '__proto__',
  'constructor',
] as const; // prettier-ignore
const ONLY_CONSTANT = ['\0', 'a\0', '\uD800', 'a\uDFFF'] as const;
const INTEGERS = [0, 1, 2, -1, -3, 10, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1)] as const;
const NUMBERS = [...INTEGERS, -0, 0.1, 0.3, 0.1 + 0.2, 1.5, -2.5, 1e300, -1e300, 5e-324] as const;
const FOREIGN_NUMBERS = [2 ** 53, 2 ** 63, 1.5, 1e300, -1e300] as const;

const DAYS = [
  '0001-01-01',
  '1969-12-31',
  '1970-01-01',
  '2024-02-29',
  '2024-05-31',
  '2024-06-01',
  '9999-12-31',
] as const;
const TIMES = [
  '0001-01-01T00:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
  '2024-02-29T23:59:59.999Z',
  '2024-05-31T00:00:00.000Z',
  '2024-05-31T00:00:00.001Z',
  '2024-05-31T12:00:00.123Z',
  '2024-06-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
] as const;
const NO_MOMENTS = [
  '2024-02-30',
  '0000-01-01',
  '2024-5-31',
  '2024-05-31T12:00:00Z',
  '2024-05-31T12:00:00.123+02:00',
] as const;

/** Those that some collation or pattern takes for others, so that they often meet. */
const ALIKE = ['a', 'A', 'a ', 'ab', 'aB', 'é', 'e\u0301', 'ß', 'ss', '%', ''] as const;
const textArb = fc.oneof(fc.constantFrom(...ALIKE), fc.constantFrom(...TEXTS));
const rowArb: fc.Arbitrary<Omit<LawRow, 'n'>> = fc.record({
  owner: fc.option(textArb),
  title: fc.option(textArb),
  status: textArb,
  age: fc.option(fc.constantFrom(...INTEGERS)),
  size: fc.constantFrom(...INTEGERS),
  price: fc.option(fc.constantFrom(...NUMBERS)),
  open: fc.option(fc.boolean()),
  flag: fc.option(fc.boolean()),
  born: fc.option(fc.constantFrom(...DAYS)),
  seen: fc.option(fc.constantFrom(...TIMES)),
  tags: fc.option(fc.array(textArb, { maxLength: 3 })),
  sizes: fc.option(fc.array(fc.constantFrom(...INTEGERS), { maxLength: 3 })),
  scores: fc.option(fc.array(fc.constantFrom(...NUMBERS), { maxLength: 3 })),
  data: fc.option(
    fc.record(
      {
        kind: fc.option(textArb),
        deep: fc.option(fc.record({ mark: fc.option(textArb) }, { requiredKeys: [], noNullPrototype: true })),
        level: fc.option(fc.constantFrom(...INTEGERS)),
        weight: fc.option(fc.constantFrom(...NUMBERS)),
        ok: fc.option(fc.boolean()),
        labels: fc.option(fc.array(textArb, { maxLength: 3 })),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  ),
});

/** Hostile rows, those of the run's seed. */
export function lawRows(count: number): readonly LawRow[] {
  return fc.sample(rowArb, count).map((row, n) => ({ n, ...row }));
}

const constantArb: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: textArb },
  { weight: 1, arbitrary: fc.constantFrom(...ONLY_CONSTANT) },
  { weight: 4, arbitrary: fc.constantFrom(...NUMBERS, ...FOREIGN_NUMBERS) },
  { weight: 2, arbitrary: fc.constantFrom(true, false, null) },
  { weight: 2, arbitrary: fc.constantFrom(...DAYS, ...TIMES, ...NO_MOMENTS) },
  { weight: 1, arbitrary: fc.constantFrom<Json>([], ['a'], {}, { a: 1 }) },
);
const listArb = fc.oneof(
  { weight: 4, arbitrary: fc.array(constantArb, { maxLength: 5 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Json[]>([...TEXTS, ...TEXTS.map((text) => `${text}x`)], [...Array(60).keys()]),
  },
);
const attributeArb = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom(
      ['owner'],
      ['about', 'title'],
      ['status'],
      ['age'],
      ['size'],
      ['price'],
      ['open'],
      ['flag'],
    ),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(['born'], ['seen'], ['data', 'kind'], ['data', 'deep', 'mark'], ['data', 'level']),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(['data', 'weight'], ['data', 'ok'], ['tags'], ['sizes'], ['data', 'labels']),
  },
  { weight: 1, arbitrary: fc.constantFrom(['about'], []) },
);
const listAttributeArb: fc.Arbitrary<Operand> = fc
  .constantFrom(['tags'], ['tags'], ['sizes'], ['scores'], ['data', 'labels'], ['owner'])
  .map((path) => attr('resource', ...path));
const resourceArb: fc.Arbitrary<Operand> = attributeArb.map((path) => attr('resource', ...path));
const otherArb: fc.Arbitrary<Operand> = fc.oneof(
  { weight: 6, arbitrary: constantArb.map(value) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('name', 'level', 'admin', 'groups', 'nothing').map((name) => attr('subject', name)),
  },
  { weight: 2, arbitrary: resourceArb },
  { weight: 1, arbitrary: fc.constant(item('group')) },
);
const sidesArb = fc
  .tuple(resourceArb, otherArb, fc.nat(7))
  .map(([left, right, turn]) => (turn === 0 ? [right, left] : [left, right]));

const ARGUMENTS: Readonly<Record<Operator, fc.Arbitrary<readonly Operand[]>>> = {
  eq: sidesArb,
  lt: sidesArb,
  le: sidesArb,
  gt: sidesArb,
  ge: sidesArb,
  in: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(
        resourceArb,
        fc.oneof({ weight: 3, arbitrary: listArb.map(value) }, { weight: 1, arbitrary: otherArb }),
      ),
    },
    { weight: 2, arbitrary: fc.tuple(constantArb.map(value), listAttributeArb) },
  ),
  startsWith: sidesArb,
  endsWith: sidesArb,
  contains: sidesArb,
  matches: fc.tuple(resourceArb, fc.constantFrom('^a', 'b$', '^[a-z]+$').map(value)),
  cidr: fc.tuple(resourceArb, fc.constantFrom('10.0.0.0/8', '::/0').map(value)),
  truthy: fc.tuple(resourceArb),
  isTrue: fc.tuple(
    fc.oneof(
      { weight: 4, arbitrary: resourceArb },
      { weight: 1, arbitrary: resourceArb.map((of) => call('test.touchy', of)) },
    ),
  ),
  isType: fc.tuple(resourceArb, fc.constantFrom('null', 'boolean', 'number', 'string', 'list', 'object').map(value)),
  known: fc.tuple(resourceArb),
  present: fc.tuple(resourceArb),
};

/** The operators that no database expresses, so that most conditions have none. */
const SELDOM: ReadonlySet<Operator> = new Set(['matches', 'cidr']);

/** Tests that ignore case. */
const lowerArb: fc.Arbitrary<Condition> = fc
  .tuple(
    fc.constantFrom<Operator>('eq', 'in', 'startsWith', 'endsWith', 'contains'),
    resourceArb,
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom('a', 'ab', 'i', 'k', 'ss', '', 'true') }, constantArb),
  )
  .map(([op, of, constant]) => test(op, call('lower', of), value(op === 'in' ? [constant, 'i'] : constant)));

/** Tests of items of lists: those that rules make, which no item is looked at by but by itself. */
const itemTestArb: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: listArb.map((list) => test('in', item('of'), value(list))) },
  ...(['eq', 'lt', 'ge', 'startsWith', 'endsWith', 'contains'] as const).map((op) => ({
    weight: 1,
    arbitrary: constantArb.map((constant) => test(op, item('of'), value(constant))),
  })),
  { weight: 1, arbitrary: fc.constantFrom<Operator>('truthy', 'known', 'isTrue').map((op) => test(op, item('of'))) },
);
const itemsArb: fc.Arbitrary<Condition> = fc
  .tuple(
    fc.constantFrom(some, every),
    listAttributeArb,
    fc.oneof(
      { weight: 4, arbitrary: itemTestArb },
      { weight: 1, arbitrary: itemTestArb.map(not) },
      { weight: 1, arbitrary: fc.tuple(itemTestArb, itemTestArb).map((of) => or(...of)) },
      { weight: 1, arbitrary: fc.tuple(itemTestArb, itemTestArb).map((of) => and(...of)) },
    ),
  )
  .map(([quantifier, list, where]) => quantifier(list, 'of', where));

const testArb = fc.oneof(
  { weight: 8, arbitrary: lowerArb },
  { weight: 24, arbitrary: itemsArb },
  ...(Object.keys(ARGUMENTS) as Operator[]).map((op) => ({
    weight: SELDOM.has(op) ? 1 : 12,
    arbitrary: ARGUMENTS[op].map((args): Condition => test(op, ...args)),
  })),
);

const conditionArb = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: testArb },
    { weight: 2, arbitrary: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((of) => and(...of)) },
    { weight: 3, arbitrary: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((of) => or(...of)) },
    { weight: 2, arbitrary: tie('condition').map(not) },
    { weight: 1, arbitrary: tie('condition').map(sure) },
    { weight: 1, arbitrary: tie('condition').map((where) => some(attr('subject', 'groups'), 'group', where)) },
    { weight: 1, arbitrary: tie('condition').map((where) => every(attr('subject', 'groups'), 'group', where)) },
  ),
})).condition;

const policyArb = fc.record({
  effect: fc.constantFrom<Effect>('allow', 'allow', 'deny'),
  priority: fc.integer({ min: 0, max: 1 }),
  condition: conditionArb,
});

const functions: FunctionTable = functionTable([touchy]);

/** Policies and who asks: one side of the law, of which rows are the other. */
export interface LawCase {
  readonly policies: readonly LoweredPolicy[];
  readonly inquiry: Inquiry;
  readonly combining: Combining;
  readonly unknownDeny: 'ignore' | 'deny';
}

export const lawCaseArb: fc.Arbitrary<LawCase> = fc.record({
  policies: fc.array(policyArb, { minLength: 1, maxLength: 5 }).map((all) =>
    all.map(({ effect, priority, condition }, at) => ({
      uid: `p${at}`,
      effect,
      priority,
      obligations: [],
      condition,
      parts: { subjects: [], actions: [], resources: [], context: [] },
    })),
  ),
  inquiry: fc.record({
    subject: fc.record(
      {
        name: textArb,
        level: fc.constantFrom(...NUMBERS),
        admin: fc.boolean(),
        groups: fc.array(constantArb, { maxLength: 3 }),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  }),
  combining: fc.oneof(
    { weight: 4, arbitrary: fc.constant<Combining>('deny-overrides') },
    { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(COMBINING) as Combining[])) },
  ),
  unknownDeny: fc.constantFrom('ignore', 'ignore', 'deny'),
});

/** The plan of a case for resources of which nothing is known. */
export function lawPlan({ policies, inquiry, combining, unknownDeny }: LawCase): QueryPlan {
  const findings = policies.map((policy) => ({ ...policy, condition: () => policy.condition }));
  const known = { inquiry, over: 'resource', attributes: {}, functions } as const;
  return planOf(findings, known, { combining, unknownDeny, functions, revision: 1 });
}

/** The rows that the reference allows, one by one. */
export function allowedRows(
  { policies, inquiry, combining, unknownDeny }: LawCase,
  rows: readonly LawRow[],
  toResource: (row: LawRow) => Json,
): readonly number[] {
  const options = { combining, unknownDeny, functions, revision: 1 };
  return rows
    .filter((row) => decide(policies, { ...inquiry, resource: toResource(row) }, options).allowed)
    .map(({ n }) => n);
}

/** How often cases were refused, so that no target hides behind refusing. */
export class Tally {
  cases = 0;
  refused = 0;
  /** Cases that neither allow nor refuse all rows. */
  telling = 0;

  /** What a target makes of a plan; undefined where it refuses it by name. */
  attempt<T>(make: () => T): T | undefined {
    this.cases += 1;
    try {
      return make();
    } catch (error) {
      if (!isCardeaError(error) || error.code !== 'CARDEA_UNSUPPORTED') throw error;
      this.refused += 1;
      return undefined;
    }
  }

  /** Compares what a filter selected with what is allowed: over- and under-grants apart. */
  compare(selected: readonly number[], allowed: readonly number[], of: number): void {
    if (allowed.length > 0 && allowed.length < of) this.telling += 1;
    expect({
      over: selected.filter((n) => !allowed.includes(n)),
      under: allowed.filter((n) => !selected.includes(n)),
      twice: selected.length - new Set(selected).size,
    }).toEqual({ over: [], under: [], twice: 0 });
  }
}
