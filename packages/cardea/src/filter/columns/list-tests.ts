import type { Json } from '../../ast/json.ts';
import { type ColumnTest, type ColumnTests, isJsonNull, typeTest, whereKnown } from './column-tests.ts';
import type { ColumnsTarget } from './columns-target.ts';

/**
 * What every operator is of a column that holds lists, and a constant: what looks into them is `each`. No two lists are
 * compared, because no two databases do it alike.
 */
export function listTests<T>(target: ColumnsTarget<T>, ofValues: ColumnTests<T>): ColumnTests<T> {
  const unknown: ColumnTest<T> = () => ({ refused: 'mismatch', otherwise: target.unknown });
  return {
    eq: (cell, constant) => {
      if (constant === null) return { is: isJsonNull(target, cell) };
      if (Array.isArray(constant)) return { refused: 'list' };
      return { refused: 'mismatch', otherwise: whereKnown(target, cell, false) };
    },
    in: (cell, constant) => {
      if (!Array.isArray(constant)) return { refused: 'mismatch', otherwise: target.unknown };
      const members = constant as readonly Json[];
      if (members.some(Array.isArray)) return { refused: 'list' };
      const test = members.includes(null) ? isJsonNull(target, cell) : whereKnown(target, cell, false);
      return members.every((member) => member === null) ? { is: test } : { refused: 'mismatch', otherwise: test };
    },
    lt: unknown,
    le: unknown,
    gt: unknown,
    ge: unknown,
    startsWith: unknown,
    endsWith: unknown,
    contains: unknown,
    matches: null,
    cidr: null,
    truthy: (cell) => {
      const some = target.some?.(cell, target.truth(true), 'definite');
      if (some === undefined) return { refused: 'list' };
      return { is: cell.nulls === 'null' ? target.sure(some) : some };
    },
    isTrue: () => ({ is: target.unknown }),
    isType: typeTest(target, () => 'list'),
    known: ofValues.known,
    present: ofValues.present,
  };
}
