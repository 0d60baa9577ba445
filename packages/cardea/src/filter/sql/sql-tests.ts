import type { Json } from '../../ast/json.ts';
import type { Operator } from '../../ast/operators.ts';
import { type Cell, falseOfNull, unlessNull, whereKnown } from './sql-cell.ts';
import type { SqlDialect } from './sql-dialect.ts';
import { bound, sql, type SqlFragment } from './sql-fragment.ts';
import { textAfter } from './text-after.ts';

/**
 * A test of a column and a constant as SQL, whose value is NULL exactly where the test is unknown; or why there is none:
 * `mismatch` where the types do not compare, with what it then is.
 */
export type SqlTest = (cell: Cell, constant: Json, dialect: SqlDialect) => SqlFragment | SqlRefusal;

/** Why a test cannot be written. */
export interface SqlRefusal {
  readonly refused: 'mismatch' | 'unstorable';
  /** What it is nevertheless, where that is certain. */
  readonly otherwise?: SqlFragment;
}

/**
 * What every operator is in SQL. `null`: it is not pushed down. Patterns and networks are not, because no database reads
 * them as we do.
 */
export const SQL_TESTS: Readonly<Record<Operator, SqlTest | null>> = {
  eq: (cell, constant, dialect) => {
    if (constant === null) return isNull(cell);
    if (!isOf(cell, constant)) return mismatch(whereKnown(cell, false));
    return falseOfNull(cell, equals(cell, constant, dialect) ?? whereKnown(cell, false));
  },
  in: (cell, constant, dialect) => {
    if (!Array.isArray(constant)) return mismatch(dialect.unknown);
    const list = constant as readonly Json[];
    const members = list.filter((member) => isOf(cell, member));
    const found = among(cell, members, dialect) ?? whereKnown(cell, false);
    const test =
      list.includes(null) && cell.nulls === 'null'
        ? sql`(${cell.column} is null or ${found})`
        : falseOfNull(cell, found);
    return list.every((member) => member === null || isOf(cell, member)) ? test : mismatch(test);
  },
  lt: (cell, constant, dialect) => compared(cell, '<', constant, dialect),
  le: (cell, constant, dialect) => compared(cell, '<=', constant, dialect),
  gt: (cell, constant, dialect) => compared(cell, '>', constant, dialect),
  ge: (cell, constant, dialect) => compared(cell, '>=', constant, dialect),
  startsWith: textTest((cell, start, dialect) => startsWith(cell, start, dialect)),
  endsWith: textTest(({ column }, end, dialect) => dialect.endsWith(column, end)),
  contains: textTest(({ column }, part, dialect) => dialect.contains(column, part)),
  matches: null,
  cidr: null,
  truthy: (cell, _, dialect) => falseOfNull(cell, isTruthy(cell, dialect)),
  isTrue: ({ column, type }, _, dialect) => (type === 'boolean' ? sql`(${column} = true)` : dialect.unknown),
  isType: (cell, constant) => {
    const { column, nulls, type } = cell;
    const [ofValue, ofNull] = [`${constant === JSON_TYPES[type]}`, `${constant === 'null'}`];
    return nulls === 'null'
      ? sql`(case when ${column} is null then ${ofNull} else ${ofValue} end)`
      : whereKnown(cell, constant === JSON_TYPES[type]);
  },
  known: (cell) => whereKnown(cell, true),
  present: ({ column, nulls }) => (nulls === 'missing' ? sql`${column} is not null` : ['true']),
};

const JSON_TYPES = { text: 'string', integer: 'number', number: 'number', boolean: 'boolean' } as const;

function isOf({ type }: Cell, constant: Json): boolean {
  return typeof constant === JSON_TYPES[type];
}

function isNull(cell: Cell): SqlFragment {
  return cell.nulls === 'null' ? sql`${cell.column} is null` : whereKnown(cell, false);
}

/** Undefined where no column can hold the constant. */
function equals({ column, type }: Cell, constant: Json, dialect: SqlDialect): SqlFragment | undefined {
  if (typeof constant === 'string')
    return dialect.isUnstorable(constant) ? undefined : sql`(${dialect.textEquals(column, bound(constant))})`;
  if (typeof constant === 'boolean') return sql`(${column} = ${String(constant)})`;
  const number = constant as number;
  if (type === 'integer' && !Number.isSafeInteger(number)) return undefined;
  return sql`(${column} = ${dialect.number(number, type)})`;
}

function among(cell: Cell, members: readonly Json[], dialect: SqlDialect): SqlFragment | undefined {
  const { column, type } = cell;
  if (type === 'text') {
    const texts = (members as readonly string[]).filter((text) => !dialect.isUnstorable(text));
    return texts.length === 0 ? undefined : sql`(${dialect.amongTexts(column, texts)})`;
  }
  if (type === 'boolean') {
    if (members.length === 0) return undefined;
    return members.includes(true) && members.includes(false)
      ? whereKnown({ ...cell, nulls: 'missing' }, true)
      : equals(cell, members[0] as Json, dialect);
  }
  const numbers = (members as readonly number[]).filter((number) => type === 'number' || Number.isSafeInteger(number));
  return numbers.length === 0 ? undefined : sql`(${dialect.amongNumbers(column, numbers, type)})`;
}

type Comparison = '<' | '<=' | '>' | '>=';

function compared(cell: Cell, operator: Comparison, constant: Json, dialect: SqlDialect): SqlFragment | SqlRefusal {
  const { column, type } = cell;
  if (type === 'boolean' || !isOf(cell, constant)) return mismatch(dialect.unknown);
  if (typeof constant === 'string') {
    if (dialect.isUnstorable(constant)) return { refused: 'unstorable' };
    return sql`(${dialect.ordered(column)} ${operator} ${dialect.ordered(bound(constant))})`;
  }
  const number = type === 'integer' ? integerFor(operator, constant as number) : (constant as number);
  return sql`(${column} ${operator} ${dialect.number(number, type)})`;
}

const SAFE = 2 ** 53;

/** The integer that compares with integers as a number does. */
function integerFor(operator: Comparison, number: number): number {
  const integer = operator === '<' || operator === '>=' ? Math.ceil(number) : Math.floor(number);
  return Math.min(SAFE, Math.max(-SAFE, integer));
}

function textTest(test: (cell: Cell, text: string, dialect: SqlDialect) => SqlFragment): SqlTest {
  return (cell, constant, dialect) => {
    if (cell.type !== 'text' || typeof constant !== 'string') return mismatch(dialect.unknown);
    if (constant === '') return unlessNull(cell, true);
    return dialect.isUnstorable(constant) ? unlessNull(cell, false) : sql`(${test(cell, constant, dialect)})`;
  };
}

// A range, which may use an index.
function startsWith({ column }: Cell, start: string, dialect: SqlDialect): SqlFragment {
  const text = dialect.ordered(column);
  const from = sql`${text} >= ${dialect.ordered(bound(start))}`;
  const after = textAfter(start);
  return after === undefined ? from : sql`${from} and ${text} < ${dialect.ordered(bound(after))}`;
}

function isTruthy({ column, type }: Cell, dialect: SqlDialect): SqlFragment {
  if (type === 'boolean') return sql`(${column} = true)`;
  return type === 'text' ? sql`(${dialect.bytesOf(column)} > 0)` : sql`(${column} <> 0)`;
}

function mismatch(otherwise: SqlFragment): SqlRefusal {
  return { refused: 'mismatch', otherwise };
}
