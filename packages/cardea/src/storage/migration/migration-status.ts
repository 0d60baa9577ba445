import type { MigrationClaim, MigrationDirection, VersionRecord } from '../../ports/migration.ts';
import type { MigrationSet } from './migration-set.ts';
import { reachOf } from './next-step.ts';

/** Where one migration stands. */
export interface MigrationStepStatus {
  readonly order: number;
  readonly description: string;
  /** `unknown` is of a later version of the program. */
  readonly state: 'applied' | 'pending' | 'migrating' | 'interrupted' | 'unknown';
}

/** Where a database stands, as plain data that can be written as JSON. */
export interface MigrationStatus {
  /**
   * - `current`: all migrations are applied
   * - `outdated`: some are not
   * - `migrating`: another process is in the middle of one
   * - `interrupted`: a process was, and is gone
   * - `newer`: the database is of a later version of the program, which alone may migrate it
   */
  readonly state: 'current' | 'outdated' | 'migrating' | 'interrupted' | 'newer';
  /** Of the database: the order of the last migration that was applied; 0 for none. */
  readonly version: number;
  /** Of the program. */
  readonly latest: number;
  /** Upwards. */
  readonly steps: readonly MigrationStepStatus[];
  /** The step that was begun and is not done. */
  readonly unfinished?: {
    readonly order: number;
    readonly direction: MigrationDirection;
    /** Whether migrating again finishes or undoes it; if not, somebody has to look at the database. */
    readonly resumable: boolean;
  };
  /** The process that migrates, or did when it was last heard of. */
  readonly claim?: MigrationClaim;
}

/**
 * Where a database stands, from what its version store says.
 *
 * @param now the time in milliseconds since 1970, by which a process that was not heard of counts as gone
 * @example
 * ```ts
 * const { state, version, latest, steps } = migrationStatus(migrations, await store.read(), systemClock.now());
 * console.log(`${state}: version ${version} of ${latest}`);
 * for (const { order, description, state } of steps) console.log(order, state, description);
 * ```
 */
export function migrationStatus<Context>(
  migrations: MigrationSet<Context>,
  record: VersionRecord,
  now: number,
): MigrationStatus {
  const { version, running, claim } = record;
  const isLive = claim !== undefined && now - Date.parse(claim.renewedAt) < claim.leaseMs;
  const ongoing = isLive ? 'migrating' : 'interrupted';
  const steps = Array.from(migrations, ({ order, description }): MigrationStepStatus => {
    if (order === running?.order) return { order, description, state: ongoing };
    return { order, description, state: order <= version ? 'applied' : 'pending' };
  });
  const reach = reachOf(record);
  const isNewer = reach > migrations.latest;
  if (isNewer) steps.push({ order: reach, description: 'of a later version of the program', state: 'unknown' });
  return {
    state: stateOf(),
    version,
    latest: migrations.latest,
    steps,
    ...(running === undefined
      ? {}
      : { unfinished: { ...running, resumable: migrations.get(running.order)?.resumable === true } }),
    ...(claim === undefined ? {} : { claim }),
  };

  function stateOf(): MigrationStatus['state'] {
    if (isNewer) return 'newer';
    if (running !== undefined) return ongoing;
    return version === migrations.latest ? 'current' : 'outdated';
  }
}
