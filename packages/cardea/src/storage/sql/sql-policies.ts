import type { StoredPolicy } from '../stored/backend.ts';
import { type SqlRow, textOf } from './sql-session.ts';
import { raw, type SqlText } from './sql-text.ts';

/** The columns of a policy `p`. */
export const POLICY_COLUMNS: SqlText = raw('p.seq, p.uid, p.document');

/** The policy of a row of {@link POLICY_COLUMNS}. */
export function policyOfRow(row: SqlRow): StoredPolicy {
  return { uid: uidOf(row['uid']), seq: Number(row['seq']), document: textOf(row['document']) };
}

/** A uid as it is stored: JSON has no NUL, no lone surrogate and no space at its end, which some databases lose. */
export function uidText(uid: string): string {
  return JSON.stringify(uid);
}

/** The uid that was stored. */
export function uidOf(text: SqlRow[string]): string {
  return JSON.parse(textOf(text)) as string;
}
