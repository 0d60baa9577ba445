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
  { weight: 1, arbitrary: fc.constantFrom(['about'], []) },
);
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
  in: fc.tuple(resourceArb, fc.oneof({ weight: 3, arbitrary: listArb.map(value) }, { weight: 1, arbitrary: otherArb })),
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

const testArb = fc.oneof(
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
