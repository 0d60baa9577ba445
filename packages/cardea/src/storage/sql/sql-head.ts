import type { Head } from '../stored/backend.ts';
import type { SqlRow } from './sql-session.ts';
import { raw, type SqlText } from './sql-text.ts';

/** The columns of the head `h`. */
export const HEAD_COLUMNS: SqlText = raw(
  'h.revision, h.shapes_version, h.next_seq, h.keyer, h.complete_after',
);

/** The head as a row of {@link HEAD_COLUMNS} tells it. */
export function headOf(row: SqlRow | undefined): Head {
  return {
    revision: Number(row?.['revision']),
    shapesVersion: String(row?.['shapes_version']),
    nextSeq: Number(row?.['next_seq']),
    keyer: String(row?.['keyer']),
    completeAfter: Number(row?.['complete_after']),
  };
}
