import type { Json } from '../../ast/json.ts';
import type { Operator } from '../../ast/operators.ts';
import { type Cell, type Comparison, hasLoneSurrogate } from '../columns/columns-target.ts';
import { textAfter } from '../columns/text-after.ts';
import type { TwoValued } from '../columns/two-valued.ts';
import { type PrismaFieldMapping, type PrismaMapping, TEXTS, type TextComparison } from './prisma-mapping.ts';

/** A `where` of Prisma Client, or a part of one: plain data, but for big integers. */
export type PrismaWhere = { readonly [name: string]: unknown };

const OPERATORS: Readonly<Record<Comparison, string>> = { lt: 'lt', le: 'lte', gt: 'gt', ge: 'gte' };
const ALWAYS: PrismaWhere = {};
const NEVER: PrismaWhere = { OR: [] };

/**
 * Tests of fields as a `where`. The database has three truths where Prisma Client speaks of two, so that no test here is
 * ever unknown to it: those of fields that may be null say first that they are not.
 */
export function prismaQueries(mapping: PrismaMapping): TwoValued<PrismaWhere> {
  const { provider } = mapping;
  const fields = new Map(Object.values(mapping.fields).map((field) => [field.field, field]));
  const fieldOf = ({ column }: Cell): PrismaFieldMapping => fields.get(column) as PrismaFieldMapping;
  const texts = (cell: Cell): TextComparison => fieldOf(cell).texts ?? TEXTS[provider];
  return {
    name: `prisma on ${provider}`,
    always: ALWAYS,
    never: NEVER,
    all: (parts) => ({ AND: parts }),
    any: (parts) => ({ OR: parts }),
    none: (of) => ({ NOT: of }),
    isNull: (cell) => ({ [cell.column]: null }),
    isNotNull,
    equals: (cell, value) => {
      const [constant] = bindable(fieldOf(cell), [value]);
      return constant === undefined ? NEVER : where(cell, { equals: constant });
    },
    among: (cell, values) => {
      const constants = bindable<string | number>(fieldOf(cell), values);
      return constants.length === 0 ? NEVER : where(cell, { in: constants });
    },
    compares: (cell, op, value) => {
      const [constant] = bindable(fieldOf(cell), [value]);
      if (constant !== undefined) return where(cell, { [OPERATORS[op]]: constant });
      // Beyond what the field can hold: all of its values are less, or more.
      const isLess = op === 'lt' || op === 'le';
      return isLess === Number(value) > 0 ? isNotNull(cell) : NEVER;
    },
    startsWith: (cell, text) => {
      if (texts(cell) !== 'binary') return where(cell, { startsWith: text });
      const after = textAfter(text);
      return where(cell, { gte: text, ...(after === undefined ? {} : { lt: after }) });
    },
    endsWith: (cell, text) => where(cell, { endsWith: text }),
    contains: (cell, text) => where(cell, { contains: text }),
    isNotEmpty: (cell) => where(cell, { not: '' }),
    // Another field is named by an object of the client.
    equalCells: null,
    comparedCells: null,
    isUnstorable: (text) => hasLoneSurrogate(text) || (provider === 'postgresql' && text.includes('\0')),
    refuses: (op, cell, constant) => {
      if (cell.type === 'number') return isRounded(constant) ? 'Prisma Client rounds the number' : undefined;
      if (cell.type !== 'text' || !REFUSALS[op]?.(provider, texts(cell), constant)) return undefined;
      return `\`${op}\` of ${provider} compares texts in another way`;
    },
  };
}

function where({ column, nulls }: Cell, test: PrismaWhere): PrismaWhere {
  const tested = { [column]: test };
  return nulls === 'never' ? tested : { AND: [{ [column]: { not: null } }, tested] };
}

function isNotNull({ column, nulls }: Cell): PrismaWhere {
  return nulls === 'never' ? ALWAYS : { [column]: { not: null } };
}

const MOST_INT = 2 ** 31 - 1;

/** Those that Prisma Client takes for a field, as it takes them. */
function bindable<V extends string | number | boolean>(
  { type }: PrismaFieldMapping,
  values: readonly V[],
): readonly (V | bigint)[] {
  if (type === 'BigInt') return values.map((value) => BigInt(value));
  if (type !== 'Int') return values;
  return values.filter((value) => Number(value) >= -MOST_INT - 1 && Number(value) <= MOST_INT);
}

type Refusal = (provider: PrismaMapping['provider'], texts: TextComparison, constant: Json) => boolean;

/** Which tests of texts Prisma Client has not, or has in another sense. */
const REFUSALS: Partial<Readonly<Record<Operator, Refusal>>> = {
  eq: isLoose,
  in: isLoose,
  truthy: (_, texts) => texts === 'loose',
  lt: isUnordered,
  le: isUnordered,
  gt: isUnordered,
  ge: isUnordered,
  startsWith: (provider, texts, text) => texts !== 'binary' && isLike(provider, texts, text),
  endsWith: isLike,
  contains: isLike,
};

function isLoose(_: unknown, texts: TextComparison, constant: Json): boolean {
  return texts === 'loose' && constant !== null;
}

function isUnordered(_: unknown, texts: TextComparison, text: Json): boolean {
  return texts !== 'binary' && typeof text === 'string';
}

// They are `like`, with `%` and `_` as they are given, and without regard to case in SQLite and MySQL.
function isLike(provider: PrismaMapping['provider'], texts: TextComparison, text: Json): boolean {
  if (typeof text !== 'string' || text === '') return false;
  return provider !== 'postgresql' || texts === 'loose' || /[%_\\]/.test(text);
}

// To 16 digits: 0.1 + 0.2 would be 0.3.
function isRounded(constant: Json): boolean {
  const numbers: readonly unknown[] = Array.isArray(constant) ? constant : [constant];
  return numbers.some((number) => typeof number === 'number' && Number(number.toPrecision(15)) !== number);
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
/** The largest that is not rounded: to infinity. */
const WIDEST = 1.79769313486231e308;

/** True of records in which a field holds what filters are exact of; undefined where it holds nothing else. */
export function soundInPrisma({ fields }: PrismaMapping): (cell: Cell) => PrismaWhere | undefined {
  const bounded = new Map(Object.values(fields).map(({ field, type }) => [field, BOUNDS[type]]));
  return ({ column, nulls }) => {
    const bounds = bounded.get(column);
    if (bounds === undefined) return undefined;
    const within = { [column]: { gte: bounds[0], lte: bounds[1] } };
    return nulls === 'never' ? within : { OR: [{ [column]: null }, within] };
  };
}

const BOUNDS: Partial<Readonly<Record<PrismaFieldMapping['type'], readonly [unknown, unknown]>>> = {
  BigInt: [-SAFE, SAFE],
  Float: [-WIDEST, WIDEST],
};
