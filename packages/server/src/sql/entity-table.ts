import type { ColumnValue } from './column-value.ts';

/** Which column a property is in. */
export interface PropertyColumn {
  readonly column: string;
  /** What its values are, where the database does not say: SQLite has no booleans, and drivers give large numbers as text. */
  readonly as?: ColumnValue;
}

/** What an entity is in: a column of its own table, or rows of a table that has both. */
export type ParentColumn =
  | { readonly type: string; readonly column: string }
  | { readonly type: string; readonly table: string; readonly child: string; readonly parent: string };

/** The table of a type of entities. */
export interface EntityTable {
  readonly table: string;
  /** The column of the id, which no two rows share; `id` when absent. */
  readonly id?: string;
  /** What ids are; `text` when absent. */
  readonly idType?: 'text' | 'integer';
  /** By the names that policies use. A column that is NULL is no property. */
  readonly properties?: Readonly<Record<string, string | PropertyColumn>>;
  readonly parents?: readonly ParentColumn[];
}
