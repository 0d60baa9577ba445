/**
 * What a column holds: texts of any length but not padded ones (`char(n)`), integers within ±(2^53 − 1), double precision
 * numbers, booleans. A row that holds anything else in a column that matters is not selected.
 */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean';
