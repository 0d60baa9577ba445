import type { Cell, Comparison } from '../columns/columns-target.ts';
import { hasLoneSurrogate } from '../columns/columns-target.ts';
import { textAfter } from '../columns/text-after.ts';
import type { TwoValued } from '../columns/two-valued.ts';
import type { MongoMapping } from './mongo-mapping.ts';

/** A query, or a part of one: plain data. */
export type MongoQuery = { readonly [name: string]: unknown };

const OPERATORS: Readonly<Record<Comparison, string>> = { lt: '$lt', le: '$lte', gt: '$gt', ge: '$gte' };

/**
 * Tests of fields as queries. Constants stand behind an operator each, so that nothing in them is read as one, and
 * fields are those of the mapping.
 */
export function mongoQueries({ fieldComparisons = '$expr' }: MongoMapping): TwoValued<MongoQuery> {
  const compares = fieldComparisons === '$expr';
  return {
    name: 'mongo',
    always: {},
    never: { $nor: [{}] },
    all: (parts) => ({ $and: parts }),
    any: (parts) => ({ $or: parts }),
    none: (of) => ({ $nor: [of] }),
    isNull: (cell) => field(cell, { $eq: null }),
    isNotNull: (cell) => field(cell, { $ne: null }),
    isStored: (cell) => field(cell, { $exists: true }),
    equals: (cell, value) => field(cell, { $eq: value }),
    among: (cell, values) => field(cell, { $in: values }),
    // Of texts by their bytes in UTF-8, which is by code points; numbers compare with numbers only, texts with texts.
    compares: (cell, op, value) => field(cell, { [OPERATORS[op]]: value }),
    startsWith: (cell, text) => {
      const after = textAfter(text);
      return field(cell, { $gte: text, ...(after === undefined ? {} : { $lt: after }) });
    },
    endsWith: (cell, text) => field(cell, { $regex: `${literal(text)}\\z` }),
    contains: (cell, text) => field(cell, { $regex: literal(text) }),
    isNotEmpty: (cell) => field(cell, { $gt: '' }),
    equalCells: compares ? (left, right) => expression('$eq', left, right) : null,
    comparedCells: compares ? (left, op, right) => expression(OPERATORS[op], left, right) : null,
    isUnstorable: hasLoneSurrogate,
  };
}

function field({ column }: Cell, test: MongoQuery): MongoQuery {
  return { [column]: test };
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

/** True of documents in which a field holds what its mapping says: no list, which would be looked through. */
export function soundInMongo(cell: Cell): MongoQuery {
  const holds = VALUES[cell.type === 'text' || cell.type === 'boolean' ? cell.type : 'number'](cell);
  const value = cell.nulls === 'never' ? holds : { $or: [field(cell, { $eq: null }), holds] };
  const path = cell.column.split('.');
  const lists = path.map((_, at) => ({ [path.slice(0, at + 1).join('.')]: { $not: { $type: 'array' } } }));
  return { $and: [...lists, value] };
}

const VALUES: Readonly<Record<'text' | 'number' | 'boolean', (cell: Cell) => MongoQuery>> = {
  text: (cell) => field(cell, { $type: 'string' }),
  boolean: (cell) => field(cell, { $type: 'bool' }),
  number: (cell) => ({
    $or: [
      field(cell, { $type: ['int', 'double'], $gte: -WIDEST, $lte: WIDEST }),
      field(cell, { $type: 'long', $gte: -SAFE, $lte: SAFE }),
    ],
  }),
};
