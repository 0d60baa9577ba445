import { isJsonObject } from '../ast/json.ts';
import { CardeaError, quote } from '../errors.ts';
import type { Revision } from '../model/decision.ts';

/** @throws CARDEA_INVALID_ARGUMENT when a uid is no string: `1` must not pass for `'1'` */
export function requireUid(uid: unknown): string {
  if (typeof uid === 'string') return uid;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `uid must be a string, not ${quote(uid)}`);
}

/** @throws CARDEA_INVALID_ARGUMENT when `limit` or `offset` is negative or no integer; the limit is looked at first */
export function requirePage(limit: number, offset: number): void {
  for (const [name, given] of Object.entries({ limit, offset })) {
    if (Number.isSafeInteger(given) && given >= 0) continue;
    throw new CardeaError(
      'CARDEA_INVALID_ARGUMENT',
      `${name} must be a whole number of at least 0, not ${quote(String(given))}`,
    );
  }
}

/** @throws CARDEA_INVALID_ARGUMENT when a batch is no positive integer: an empty one would read as an empty storage */
export function requireBatch(batch: number, name = 'batch'): void {
  if (Number.isSafeInteger(batch) && batch > 0) return;
  throw new CardeaError(
    'CARDEA_INVALID_ARGUMENT',
    `${name} must be a whole number of at least 1, not ${quote(String(batch))}`,
  );
}

/**
 * The sequence number in what a page was asked with; 0 for the first page.
 *
 * @throws CARDEA_INVALID_ARGUMENT when it is of no page
 */
export function requirePlace(after: unknown): number {
  if (after === undefined) return 0;
  if (typeof after === 'string' && /^[1-9][0-9]{0,15}$/.test(after)) return Number(after);
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `after must be \`next\` of a page, not ${quote(after)}`);
}

/** @throws CARDEA_INVALID_ARGUMENT when a revision is no whole number */
export function requireRevision(revision: unknown): Revision {
  if (Number.isSafeInteger(revision)) return revision as Revision;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `revision must be a whole number, not ${quote(String(revision))}`);
}

/** @throws CARDEA_INVALID_ARGUMENT when a history is of no size */
export function requireHistorySize(size: number): number {
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new CardeaError(
    'CARDEA_INVALID_ARGUMENT',
    `historySize must be a whole number of at least 0, not ${quote(String(size))}`,
  );
}

/** @throws CARDEA_INVALID_ARGUMENT when a list is none: one policy must not pass for an empty list */
export function requireIterable<T>(name: string, given: Iterable<T>): Iterable<T> {
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) return given;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `${name} must be a list, not ${quote(given)}`);
}

/** @throws CARDEA_INVALID_ARGUMENT when a change is of no known type */
export function requireChange(change: unknown): void {
  const type: unknown = isJsonObject(change) ? change['type'] : undefined;
  if (typeof type === 'string' && CHANGE_TYPES.includes(type)) return;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `a change has type ${CHANGE_TYPES.join(', ')}, not ${quote(type)}`);
}

const CHANGE_TYPES = ['add', 'update', 'delete', 'link', 'unlink'];
