import type { Cell, Comparison } from '../columns/columns-target.ts';
import { hasLoneSurrogate } from '../columns/columns-target.ts';
import { textAfter } from '../columns/text-after.ts';
import type { TwoValued } from '../columns/two-valued.ts';
import type { FieldMapping, MongoMapping } from './mongo-mapping.ts';

/** A query, or a part of one: plain data. */
export type MongoQuery = { readonly [name: string]: unknown };

const OPERATORS: Readonly<Record<Comparison, string>> = { lt: '$lt', le: '$lte', gt: '$gt', ge: '$gte' };

/**
 * Tests of fields as queries. Constants stand behind an operator each, so that nothing in them is read as one, and
 * fields are those of the mapping.
 */
export function mongoQueries({ fieldComparisons = '$expr', otherItems = '$not' }: MongoMapping): TwoValued<MongoQuery> {
  const compares = fieldComparisons === '$expr';
  return {
    name: 'mongo',
    always: {},
    never: NEVER,
    all: (parts) => ({ $and: parts }),
    any: (parts) => ({ $or: parts }),
    none: (of) => ({ $nor: [of] }),
    isNull: (cell) => field(cell, { $eq: null }),
    isNotNull: (cell) => field(cell, { $ne: null }),
    isStored: (cell) => field(cell, { $exists: true }),
    equals: (cell, value) => field(cell, { $eq: stored(cell, value) }),
    among: (cell, values) => field(cell, { $in: values.map((value) => stored(cell, value)) }),
    // Of texts by their bytes in UTF-8, which is by code points; numbers compare with numbers only, texts with texts.
    compares: (cell, op, value) => field(cell, { [OPERATORS[op]]: stored(cell, value) }),
    startsWith: (cell, text) => {
      // FerretDB looks for an item for each of two operators.
      if (cell.item === true) return { $regex: `^${literal(text)}` };
      const after = textAfter(text);
      return field(cell, { $gte: text, ...(after === undefined ? {} : { $lt: after }) });
    },
    endsWith: (cell, text) => field(cell, { $regex: `${literal(text)}\\z` }),
    contains: (cell, text) => field(cell, { $regex: literal(text) }),
    isNotEmpty: (cell) => field(cell, { $gt: '' }),
    equalCells: compares ? (left, right) => expression('$eq', left, right) : null,
    comparedCells: compares ? (left, op, right) => expression(OPERATORS[op], left, right) : null,
    some: (list, test) => some(list, test, otherItems),
    isUnstorable: hasLoneSurrogate,
  };
}

const NEVER: MongoQuery = { $nor: [{}] };

// Of an item a test stands by itself, for `$elemMatch`.
function field({ column, item }: Cell, test: MongoQuery): MongoQuery {
  return item === true ? test : { [column]: test };
}

function stored({ type }: Cell, value: string | number | boolean): unknown {
  return type === 'timestamp' ? new Date(String(value)) : value;
}

/** The negations of tests of items that are operators themselves. FerretDB has them for lists as a whole. */
const NEGATIONS: Readonly<Record<string, (constant: unknown) => MongoQuery>> = {
  $eq: (constant) => ({ $nin: [constant] }),
  $in: (members) => ({ $nin: members }),
};

/**
 * `$elemMatch` takes operators, and no junctions of them: alternatives are asked for one by one, and of the rest only the
 * negation of an equality is expressed.
 */
function some(list: Cell, test: MongoQuery, negation: '$not' | 'named'): MongoQuery | undefined {
  const { $or: alternatives, $nor: negated } = test;
  if (Array.isArray(alternatives)) {
    const each = (alternatives as readonly MongoQuery[]).map((alternative) => some(list, alternative, negation));
    return each.some((query) => query === undefined) ? undefined : { $or: each };
  }
  if (!Array.isArray(negated)) return someFulfils(list, test);
  const [of = {}] = negated as readonly MongoQuery[];
  const [[operator, constant] = []] = Object.entries(of);
  if (operator === undefined) return NEVER;
  const opposite = negation === 'named' ? undefined : NEGATIONS[operator]?.(constant);
  return opposite && someFulfils(list, opposite);
}

function someFulfils(list: Cell, test: MongoQuery): MongoQuery | undefined {
  const operators = Object.keys(test);
  if (operators.includes('$and')) return undefined;
  // Servers differ in what they say of no items.
  const isNotEmpty = [field(list, { $ne: null }), field(list, { $ne: [] })];
  return { $and: operators.length === 0 ? isNotEmpty : [...isNotEmpty, field(list, { $elemMatch: test })] };
}

// Null compares with anything here, as the least.
function expression(operator: string, left: Cell, right: Cell): MongoQuery {
  const parts = [{ $expr: { [operator]: [`$${left.column}`, `$${right.column}`] } }];
  const values = [left, right].map((cell) => field(cell, { $ne: null }));
  return { $and: [...values, ...parts] };
}

/** A pattern that finds a text and nothing else, in time linear in what is searched. */
function literal(text: string): string {
  return text.replace(/[^a-zA-Z0-9\u{80}-\u{10FFFF}]/gu, (char) => `\\x${hex(char)}`);
}

function hex(char: string): string {
  return (char.codePointAt(0) as number).toString(16).padStart(2, '0');
}

const WIDEST = Number.MAX_VALUE;
const SAFE = Number.MAX_SAFE_INTEGER;

/** True of documents in which a field holds what its mapping says: no list that would be looked through. */
export function soundInMongo({ otherItems = '$not' }: Pick<MongoMapping, 'otherItems'>): (cell: Cell) => MongoQuery {
  return (cell) => {
    const { column, nulls, list } = cell;
    const type = cell.type as FieldMapping['type'];
    const holds =
      list === true ? holdsList(cell, OTHERS[otherItems][type === 'number' ? type : 'text']) : VALUES[type](cell);
    // A list with null in it equals null, too.
    const isNull = field(cell, list === true ? { $eq: null, $not: { $type: 'array' } } : { $eq: null });
    const value = nulls === 'never' ? holds : { $or: [isNull, holds] };
    const path = column.split('.');
    const fields = path.map((_, at) => path.slice(0, at + 1).join('.'));
    const single = list === true ? fields.slice(0, -1) : fields;
    return { $and: [...single.map((name) => ({ [name]: { $not: { $type: 'array' } } })), value] };
  };
}

const VALUES: Readonly<Record<FieldMapping['type'], (cell: Cell) => MongoQuery>> = {
  text: (cell) => field(cell, { $type: 'string' }),
  boolean: (cell) => field(cell, { $type: 'bool' }),
  number: (cell) => ({
    $or: [
      field(cell, { $type: ['int', 'double'], $gte: -WIDEST, $lte: WIDEST }),
      field(cell, { $type: 'long', $gte: -SAFE, $lte: SAFE }),
    ],
  }),
  timestamp: (cell) => field(cell, { $type: 'date', $gte: FIRST, $lte: LAST }),
};

// Others have more digits in their years.
const FIRST = new Date('0001-01-01T00:00:00.000Z');
const LAST = new Date('9999-12-31T23:59:59.999Z');

const UNSAFE: readonly MongoQuery[] = [
  { $type: 'long', $gt: SAFE },
  { $type: 'long', $lt: -SAFE },
];
const NO_VALUES = ['object', 'bool', 'null', 'date', 'objectId', 'binData', 'regex', 'timestamp'] as const;

type Others = Readonly<Record<'text' | 'number', readonly MongoQuery[]>>;

/** What no item of a list may be. */
const OTHERS: Readonly<Record<NonNullable<MongoMapping['otherItems']>, Others>> = {
  $not: {
    text: [{ $not: { $type: 'string' } }],
    number: [{ $not: { $type: ['int', 'double', 'long'] } }, { $not: { $gte: -WIDEST, $lte: WIDEST } }, ...UNSAFE],
  },
  named: {
    text: [{ $type: ['double', 'int', 'long', ...NO_VALUES] }],
    number: [{ $type: ['string', ...NO_VALUES] }, { $gt: WIDEST }, { $lt: -WIDEST }, ...UNSAFE],
  },
};

function holdsList(cell: Cell, others: readonly MongoQuery[]): MongoQuery {
  return { $and: [field(cell, { $type: 'array' }), { $nor: others.map((test) => field(cell, { $elemMatch: test })) }] };
}
