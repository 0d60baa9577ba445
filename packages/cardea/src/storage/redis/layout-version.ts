import { CardeaError, quote } from '../../errors.ts';

/** The version of what is in Redis; see `PRELUDE` for what that is. */
export const LAYOUT_VERSION = 1;

/**
 * @param version what is stored of it; null where nothing is written yet
 * @throws CARDEA_UNSUPPORTED when a later version of the library has written there
 */
export function requireKnownLayout(version: unknown): void {
  if (version === null || Number(version) <= LAYOUT_VERSION) return;
  const message = `the storage in Redis is of version ${quote(version)}, and ${LAYOUT_VERSION} is the last that is known`;
  throw new CardeaError('CARDEA_UNSUPPORTED', message);
}
