import type { AttrOperand } from '../../ast/condition.ts';
import type { Json } from '../../ast/json.ts';
import type { Operator } from '../../ast/operators.ts';
import type { ColumnMapping, ColumnsMapping } from './column-mapping.ts';

/** An attribute as a column. */
export interface Cell extends ColumnMapping {
  /** Its text in lower case. Constants that it is compared with are ASCII, so that no more than that matters. */
  readonly folded?: true;
  /** It is an item of a list, of which a test within `some` is. */
  readonly item?: true;
}

/** How two values are ordered. */
export type Comparison = 'lt' | 'le' | 'gt' | 'ge';

/**
 * What a kind of query makes of conditions on columns. Of its expressions `T` some are true, some false, and the others
 * unknown of a row, as those of SQL are.
 */
export interface ColumnsTarget<T> {
  /** Its name in refusals. */
  readonly name: string;
  readonly truth: (truth: boolean) => T;
  readonly unknown: T;
  /** Of at least one part. */
  readonly junction: (kind: 'and' | 'or', parts: readonly T[]) => T;
  readonly not: (of: T) => T;
  /** True where it is true, else false. */
  readonly sure: (of: T) => T;
  /** Whether a column holds NULL, which is never unknown. */
  readonly isNull: (cell: Cell) => T;
  /** One where a column holds NULL, another where it does not. */
  readonly byNull: (cell: Cell, whereNull: T, otherwise: T) => T;

  // All that follows is unknown where a column holds NULL.

  readonly equals: (cell: Cell, value: string | number | boolean) => T;
  /** Of texts or numbers, at least one. */
  readonly among: (cell: Cell, values: readonly string[] | readonly number[]) => T;
  /** Of texts by code points, of numbers by value. */
  readonly compares: (cell: Cell, op: Comparison, value: string | number) => T;
  // Of texts that are not empty.
  readonly startsWith: (cell: Cell, text: string) => T;
  readonly endsWith: (cell: Cell, text: string) => T;
  readonly contains: (cell: Cell, text: string) => T;
  /** Whether a text is not empty. */
  readonly isNotEmpty: (cell: Cell) => T;
  /** Two columns of one type; null: cannot be expressed. */
  readonly equalCells: ((left: Cell, right: Cell) => T) | null;
  readonly comparedCells: ((left: Cell, op: Comparison, right: Cell) => T) | null;
  /** Whether no column can hold a text, which then cannot be asked for either. */
  readonly isUnstorable: (text: string) => boolean;
  /**
   * Whether a test is true of some item of a list, by Kleene's logic; undefined where that cannot be expressed. With
   * `definite` it is unknown of none.
   */
  readonly some?: (list: Cell, test: T, truths: 'definite' | 'three') => T | undefined;
  /** Whether it expresses tests of folded columns. */
  readonly folds: boolean;
  /** Why a test of a column is not expressed; undefined where it is. */
  readonly refuses?: (op: Operator, cell: Cell, constant: Json) => string | undefined;
  /** Unknown where a column is not there at all, which is neither NULL nor a value; absent where columns always are. */
  readonly whereStored?: (cell: Cell, of: T) => T;
}

/** The column of an attribute; undefined where the mapping has none. */
export function cellOf({ path }: Pick<AttrOperand, 'path'>, { columns }: ColumnsMapping): Cell | undefined {
  const attribute = path.join('.');
  if (path.length === 0 || path.some((name) => name.includes('.')) || !Object.hasOwn(columns, attribute))
    return undefined;
  return columns[attribute];
}

/** Whether a text holds half of a pair of surrogates: one that is written down is U+FFFD, which other texts may hold. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Cs}/u.test(text);
}
