import { CardeaError } from '../../errors.ts';
import type { Head } from '../stored/backend.ts';
import { type SqlRow, textOf } from './sql-session.ts';
import { raw, type SqlText } from './sql-text.ts';

/** The columns of the head `h`. */
export const HEAD_COLUMNS: SqlText = raw('h.revision, h.shapes_version, h.next_seq, h.keyer, h.complete_after');

/**
 * The head as a row of {@link HEAD_COLUMNS} tells it.
 *
 * @throws CARDEA_IO when there is no row: somebody emptied the tables, and what is left must not pass for no policies
 */
export function headOf(row: SqlRow | undefined): Head {
  if (row === undefined) throw new CardeaError('CARDEA_IO', 'the head of the storage is gone from its table');
  return {
    revision: Number(row['revision']),
    shapesVersion: textOf(row['shapes_version']),
    nextSeq: Number(row['next_seq']),
    keyer: textOf(row['keyer']),
    completeAfter: Number(row['complete_after']),
  };
}
