import type { Operator } from '../../ast/operators.ts';
import type { Cell, ColumnsTarget, Comparison } from './columns-target.ts';

/** A test of two columns; undefined where it cannot be expressed, or the columns hold values of two types. */
export function comparedCells<T>(target: ColumnsTarget<T>, op: Operator, left: Cell, right: Cell): T | undefined {
  if (familyOf(left) !== familyOf(right)) return undefined;
  if (op === 'eq') return equalCells(target, left, right);
  if (!isComparison(op) || left.type === 'boolean') return undefined;
  return target.comparedCells?.(left, op, right);
}

const COMPARISONS: readonly string[] = ['lt', 'le', 'gt', 'ge'] satisfies readonly Comparison[];

function isComparison(op: Operator): op is Comparison {
  return COMPARISONS.includes(op);
}

function familyOf({ type }: Cell): string {
  return type === 'integer' ? 'number' : type;
}

// What is missing makes it unknown; null equals null and nothing else.
function equalCells<T>(target: ColumnsTarget<T>, left: Cell, right: Cell): T | undefined {
  const equal = target.equalCells?.(left, right);
  if (equal === undefined || (left.nulls !== 'null' && right.nulls !== 'null')) return equal;
  const whereLeftIsNull = right.nulls === 'null' ? target.isNull(right) : unknownWhereMissing(target, right);
  const whereOnlyRightIsNull = right.nulls === 'null' ? target.truth(false) : target.unknown;
  const whereLeftIsNot = target.byNull(right, whereOnlyRightIsNull, equal);
  return target.byNull(left, left.nulls === 'null' ? whereLeftIsNull : target.unknown, whereLeftIsNot);
}

function unknownWhereMissing<T>(target: ColumnsTarget<T>, cell: Cell): T {
  const never = target.truth(false);
  return cell.nulls === 'missing' ? target.byNull(cell, target.unknown, never) : never;
}
