import type { AttrOperand } from '../../ast/condition.ts';
import type { ColumnMapping, SqlMapping } from './sql-mapping.ts';
import { sql, type SqlFragment } from './sql-fragment.ts';

/** An attribute as a column. */
export interface Cell {
  readonly column: { readonly column: string };
  readonly type: ColumnMapping['type'];
  readonly nulls: ColumnMapping['nulls'];
}

/** The column of an attribute; undefined where the mapping has none. */
export function cellOf({ path }: Pick<AttrOperand, 'path'>, { columns }: SqlMapping): Cell | undefined {
  const attribute = path.join('.');
  if (path.length === 0 || path.some((name) => name.includes('.')) || !Object.hasOwn(columns, attribute))
    return undefined;
  const { column, type, nulls } = columns[attribute] as ColumnMapping;
  return { column: { column }, type, nulls };
}

/** A truth that does not depend on the value of a column, but may depend on there being one. */
export function whereKnown({ column, nulls }: Cell, truth: boolean): SqlFragment {
  const text = truth ? 'true' : 'false';
  return nulls === 'missing' ? sql`(case when ${column} is null then null else ${text} end)` : [text];
}

/** A truth that holds of every value but null, of which a test is unknown. */
export function unlessNull({ column, nulls }: Cell, truth: boolean): SqlFragment {
  const text = truth ? 'true' : 'false';
  return nulls === 'never' ? [text] : sql`(case when ${column} is null then null else ${text} end)`;
}

/** A test that is false of null, where SQL says that nobody knows. */
export function falseOfNull({ nulls }: Cell, fragment: SqlFragment): SqlFragment {
  return nulls === 'null' ? sql`(${fragment} is true)` : fragment;
}
