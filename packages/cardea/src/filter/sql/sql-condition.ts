import type { Condition, Operand, TestCondition } from '../../ast/condition.ts';
import type { Operator } from '../../ast/operators.ts';
import { printCondition } from '../../ast/print.ts';
import { CardeaError, quote } from '../../errors.ts';
import type { OpenCategory } from '../../model/query-plan.ts';
import { type Cell, cellOf } from './sql-cell.ts';
import { comparedCells } from './sql-cells.ts';
import { SQL_DIALECTS, type SqlDialect } from './sql-dialect.ts';
import { joined, sql, type SqlFragment } from './sql-fragment.ts';
import type { SqlMapping } from './sql-mapping.ts';
import { SQL_TESTS } from './sql-tests.ts';

/** What an exact filter selects is allowed; of what a superset selects some rows may not be. */
export type Contract = 'exact' | 'superset';

/** A condition in SQL. */
export interface SqlCondition {
  readonly contract: Contract;
  readonly fragment: SqlFragment;
  /** The columns that it reads. */
  readonly cells: readonly Cell[];
}

/**
 * A condition in SQL: NULL exactly where it is unknown, so that junctions, negation and `is true` are those of SQL.
 *
 * @param accepted with `superset`, what cannot be expressed is left out so that more is selected, never less
 * @throws CARDEA_UNSUPPORTED with what cannot be expressed, where `exact` is asked for
 */
export function sqlCondition(
  condition: Condition,
  over: OpenCategory,
  mapping: SqlMapping,
  accepted: Contract,
): SqlCondition {
  const writer = new ConditionWriter(over, mapping, accepted);
  const fragment = writer.write(condition, 'more');
  return { contract: writer.contract, fragment, cells: [...writer.cells.values()] };
}

/** What is to be selected in place of what cannot be expressed: more than that, or, under a negation, less. */
type Instead = 'more' | 'less';

class ConditionWriter {
  contract: Contract = 'exact';
  readonly cells = new Map<string, Cell>();
  readonly #over: OpenCategory;
  readonly #mapping: SqlMapping;
  readonly #dialect: SqlDialect;
  readonly #accepted: Contract;

  constructor(over: OpenCategory, mapping: SqlMapping, accepted: Contract) {
    this.#over = over;
    this.#mapping = mapping;
    this.#dialect = SQL_DIALECTS[mapping.dialect];
    this.#accepted = accepted;
  }

  write(condition: Condition, instead: Instead): SqlFragment {
    switch (condition.kind) {
      case 'const':
        return [String(condition.value)];
      case 'and':
      case 'or':
        return this.#junction(condition.kind, condition.of, instead);
      case 'not':
        return sql`(not ${this.write(condition.of, instead === 'more' ? 'less' : 'more')})`;
      case 'sure':
        return sql`(${this.write(condition.of, instead)} is true)`;
      case 'test':
        return this.#test(condition, instead);
      case 'each':
        return this.#refuse('columns hold no lists', condition, instead);
    }
  }

  #junction(kind: 'and' | 'or', of: readonly Condition[], instead: Instead): SqlFragment {
    if (of.length === 0) return [String(kind === 'and')];
    const parts = of.map((part) => this.write(part, instead));
    // The shorter first: databases evaluate in order, and may stop early.
    return joined(
      parts.toSorted((a, b) => a.length - b.length),
      kind,
    );
  }

  #test(condition: TestCondition, instead: Instead): SqlFragment {
    const { op, args } = condition;
    const [left, right] = args;
    if (op === 'isTrue' && left?.kind === 'value')
      return typeof left.value === 'boolean' ? [String(left.value)] : this.#dialect.unknown;
    if (isWhole(left, this.#over))
      return WHOLE[op]?.(right, this.#dialect) ?? this.#refuse('a row is no single value', condition, instead);
    const cell = this.#cell(left);
    if (typeof cell === 'string') return this.#refuse(cell, condition, instead);
    if (right === undefined || right.kind === 'value') return this.#constantTest(condition, cell, instead);
    const other = this.#cell(right);
    if (typeof other === 'string') return this.#refuse(other, condition, instead);
    return (
      comparedCells(op, cell, other, this.#dialect) ??
      this.#refuse(`\`${op}\` does not compare these columns`, condition, instead)
    );
  }

  #constantTest(condition: TestCondition, cell: Cell, instead: Instead): SqlFragment {
    const { op, args } = condition;
    const [, right] = args;
    const test = SQL_TESTS[op];
    if (test === null) return this.#refuse(`\`${op}\` is not expressed`, condition, instead);
    const written = test(cell, right?.kind === 'value' ? right.value : null, this.#dialect);
    if (!('refused' in written)) return written;
    if (written.refused === 'mismatch' && this.#mapping.mismatch === 'decide' && written.otherwise !== undefined)
      return written.otherwise;
    const reason = written.refused === 'mismatch' ? `its column holds ${cell.type}` : 'no column can hold that text';
    return this.#refuse(reason, condition, instead);
  }

  /** The column of an operand, or why there is none. */
  #cell(operand: Operand | undefined): Cell | string {
    if (operand?.kind === 'call') return `\`${operand.fn}\` is a function of the library`;
    if (operand?.kind !== 'attr' || operand.of !== this.#over) return 'the column must come first';
    const cell = cellOf(operand, this.#mapping);
    if (cell === undefined) return `there is no column for ${quote(operand.path.join('.'))}`;
    this.cells.set(cell.column.column, cell);
    return cell;
  }

  #refuse(reason: string, condition: Condition, instead: Instead): SqlFragment {
    if (this.#accepted === 'exact') {
      const what = `${this.#mapping.dialect} has no filter for ${quote(printCondition(condition))}: ${reason}`;
      throw new CardeaError('CARDEA_UNSUPPORTED', what);
    }
    this.contract = 'superset';
    return [String(instead === 'more')];
  }
}

/** What a test is of a row as a whole, which is a dictionary. */
const WHOLE: Partial<
  Readonly<Record<Operator, (right: Operand | undefined, dialect: SqlDialect) => SqlFragment | undefined>>
> = {
  eq: (right) => (right?.kind === 'value' && !isDictionary(right.value) ? ['false'] : undefined),
  in: (right) => {
    if (right?.kind !== 'value' || !Array.isArray(right.value)) return undefined;
    return right.value.some(isDictionary) ? undefined : ['false'];
  },
  lt: unknownOfDictionaries,
  le: unknownOfDictionaries,
  gt: unknownOfDictionaries,
  ge: unknownOfDictionaries,
  startsWith: unknownOfDictionaries,
  endsWith: unknownOfDictionaries,
  contains: unknownOfDictionaries,
  matches: unknownOfDictionaries,
  cidr: unknownOfDictionaries,
  isTrue: unknownOfDictionaries,
  isType: (right) => (right?.kind === 'value' ? [String(right.value === 'object')] : undefined),
};

function unknownOfDictionaries(right: Operand | undefined, dialect: SqlDialect): SqlFragment | undefined {
  return right === undefined || right.kind === 'value' ? dialect.unknown : undefined;
}

function isDictionary(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(operand: Operand | undefined, over: OpenCategory): boolean {
  return operand?.kind === 'attr' && operand.of === over && operand.path.length === 0;
}
