import { CardeaError, quote } from '../../errors.ts';
import type { VersionRecord } from '../../ports/migration.ts';
import { claimOf, type ClaimOptions, HeldClaim } from './migration-claim.ts';

const SHORTEST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 250;

/**
 * Claims a database, so that no two processes migrate it at once. Where another has it, waits until that one gives it
 * back, or was not heard of for as long as its lease is: by the clock of the one who waits, so that no two clocks are ever
 * compared.
 *
 * @param waitMs how long to wait; null for as long as the others live
 * @param isWanted called with each record that is read; what it throws ends the waiting
 * @returns undefined as soon as it is not wanted
 * @throws CARDEA_CONFLICT when others had it for all that time
 */
export async function claimDatabase<Context>(
  options: Omit<ClaimOptions<Context>, 'owner'>,
  waitMs: number | null,
  isWanted: (record: VersionRecord) => boolean,
): Promise<HeldClaim<Context> | undefined> {
  const { store, clock, leaseMs, logger } = options;
  const longestMs = Math.min(LONGEST_WAIT_MS, leaseMs / 10);
  const begun = clock.elapsed();
  let seen = { stamp: -1, at: begun };
  for (let pauseMs = SHORTEST_WAIT_MS; ; pauseMs = Math.min(2 * pauseMs, longestMs)) {
    const record = await store.read();
    if (!isWanted(record)) return undefined;
    const { claim } = record;
    const now = clock.elapsed();
    if (record.stamp !== seen.stamp) seen = { stamp: record.stamp, at: now };
    if (claim === undefined || now - seen.at >= claim.leaseMs) {
      const stamp = record.stamp + 1;
      // One process alone writes this stamp, so that no other has this name.
      const own = { ...options, owner: `${new Date(clock.now()).toISOString()}#${stamp}` };
      const next = { ...record, stamp, claim: claimOf(own) };
      if (await store.write(next)) return new HeldClaim(next, own);
    }
    if (waitMs !== null && now - begun >= waitMs) throw keptWaiting(claim?.owner, waitMs);
    if (claim !== undefined && pauseMs === SHORTEST_WAIT_MS)
      logger?.info({ owner: claim.owner }, 'waiting for another process that migrates the database');
    await new Promise<void>((resolve) => void setTimeout(resolve, pauseMs));
  }
}

function keptWaiting(owner: string | undefined, waitMs: number): CardeaError {
  const who = owner === undefined ? 'others' : `the process ${quote(owner)}`;
  return new CardeaError('CARDEA_CONFLICT', `${who} did not end migrating the database within ${waitMs} ms`);
}
