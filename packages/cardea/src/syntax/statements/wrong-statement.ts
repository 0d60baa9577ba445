import type { ErrorCode } from '../../errors.ts';
import { type Place, report } from '../issue-collector.ts';

/** Reports that something of a statement is wrong, and gives nothing, as who reads it does then. */
export function wrong(place: Place, message: string, code: ErrorCode = 'CARDEA_INVALID_STATEMENT'): undefined {
  report(place, code, message);
  return undefined;
}
