import { CardeaError, quote } from '../../errors.ts';
import { type Clock, systemClock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Migration, RunningMigration, VersionRecord, VersionStore } from '../../ports/migration.ts';
import { claimDatabase } from './claim-database.ts';
import type { HeldClaim } from './migration-claim.ts';
import { failedStep } from './failed-step.ts';
import { MigrationSet } from './migration-set.ts';
import { type MigrationStatus, migrationStatus } from './migration-status.ts';
import { baseOf, nextStep, reachOf, versionAfter } from './next-step.ts';
import { requireKnown, requirePassable, requireVersion } from './preconditions.ts';

/** How a {@link Migrator} is set up. */
export interface MigratorOptions<Context> {
  readonly migrations: MigrationSet<Context> | Iterable<Migration<Context>>;
  readonly store: VersionStore<Context>;
  /**
   * How long a process that is not heard of keeps others from migrating, in milliseconds; 30,000 when absent. It is heard
   * of three times in that while, unless something holds up its event loop.
   */
  readonly leaseMs?: number;
  /** How long to wait for another process that migrates, in milliseconds; when absent, for as long as it is alive. */
  readonly waitMs?: number;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** What {@link Migrator.prepare} does with a database of an earlier version. */
export type MigrateMode = 'auto' | 'refuse';

/**
 * Brings a database from one version of its schema to another, one migration after the other. Each is recorded when it is
 * done; one that was interrupted is finished or undone by whoever migrates next. Two processes never migrate at once.
 *
 * INVARIANT migrated-exactly-once: whatever fails, migrating again ends at the wanted version with the effect of each
 * migration there once, or is refused as interrupted.
 *
 * @example
 * ```ts
 * const migrator = new Migrator({ migrations, store });
 * await migrator.up(); // to the latest version
 * await migrator.down(1); // and back to version 1
 * const { state, version } = await migrator.status();
 * ```
 */
export class Migrator<Context> {
  readonly #migrations: MigrationSet<Context>;
  readonly #store: VersionStore<Context>;
  readonly #leaseMs: number;
  readonly #waitMs: number | null;
  readonly #logger: Logger | undefined;
  readonly #clock: Clock;

  /** @throws CARDEA_INVALID_ARGUMENT when the migrations have duplicates or gaps, or a time is none */
  constructor({ migrations, store, leaseMs = 30_000, waitMs, logger, clock = systemClock }: MigratorOptions<Context>) {
    this.#migrations = migrations instanceof MigrationSet ? migrations : new MigrationSet(migrations);
    this.#store = store;
    this.#leaseMs = requireMs('leaseMs', leaseMs, 1);
    this.#waitMs = waitMs === undefined ? null : requireMs('waitMs', waitMs, 0);
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Where the database stands. Claims nothing and refuses nothing. */
  async status(): Promise<MigrationStatus> {
    return this.#statusOf(await this.#store.read());
  }

  /**
   * Applies every migration up to that of a number, and finishes one that was interrupted. A database that is there, or
   * further, stays as it is.
   *
   * @param version the latest when absent
   * @throws CARDEA_INVALID_ARGUMENT when there is no such version; CARDEA_UNSUPPORTED when the database is of a later one
   *   than this program knows; CARDEA_MIGRATION when a migration fails or was interrupted for good; CARDEA_CONFLICT when
   *   another process migrates
   */
  async up(version: number = this.#migrations.latest): Promise<MigrationStatus> {
    requireVersion(version, this.#migrations.latest);
    return this.#migrate((record) => Math.max(version, reachOf(record)));
  }

  /**
   * Undoes every migration above a number, and one that was interrupted. A database that is there, or below, stays as it
   * is. Before anything is undone, all that would be are asked whether they can.
   *
   * @param version 0 undoes everything
   * @throws as `up` does; CARDEA_UNSUPPORTED also when a migration has no `down`
   */
  async down(version: number): Promise<MigrationStatus> {
    requireVersion(version, this.#migrations.latest);
    return this.#migrate((record) => Math.min(version, baseOf(record)));
  }

  /**
   * Goes to a version, up or down.
   *
   * @throws as `up` and `down` do
   */
  async to(version: number): Promise<MigrationStatus> {
    requireVersion(version, this.#migrations.latest);
    return this.#migrate(() => version);
  }

  /**
   * What a storage does before it is used: an empty database is filled; one of an earlier version is migrated, or refused.
   *
   * @param options.migrate `'auto'` when absent
   * @throws CARDEA_MIGRATION when the database is of an earlier version, or interrupted, and is not to be migrated; else as
   *   `up` does
   */
  async prepare({ migrate = 'auto' }: { readonly migrate?: MigrateMode | undefined } = {}): Promise<void> {
    if (migrate === 'refuse') await this.#refuseOutdated();
    await this.up();
  }

  /**
   * Says at which version a database is that a migration left half done and that somebody has put right.
   *
   * @param version that of the interrupted migration, or the one before
   * @throws CARDEA_INVALID_ARGUMENT when nothing is interrupted, or it was between other versions; CARDEA_CONFLICT and
   *   CARDEA_UNSUPPORTED as `up` does
   */
  async settle(version: number): Promise<MigrationStatus> {
    const claim = await this.#claim(({ running }) => running !== undefined);
    if (claim === undefined)
      throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'no migration is interrupted: there is nothing to settle');
    try {
      const { order } = claim.record.running as RunningMigration;
      if (version !== order && version !== order - 1) {
        const given = quote(String(version));
        const message = `migration ${order} was interrupted: it is settled at ${order - 1} or ${order}, not ${given}`;
        throw new CardeaError('CARDEA_INVALID_ARGUMENT', message);
      }
      await claim.write({ version, running: undefined });
    } finally {
      await claim.release();
    }
    return this.#statusOf(claim.record);
  }

  async #migrate(targetOf: (record: VersionRecord) => number): Promise<MigrationStatus> {
    // Whoever has nothing to do needs no right to write.
    const claim = await this.#claim((record) => nextStep(record, targetOf(record)) !== undefined);
    if (claim === undefined) return this.status();
    try {
      const target = targetOf(claim.record);
      requirePassable(claim.record, target, this.#migrations, this.#store);
      for (let step = nextStep(claim.record, target); step !== undefined; step = nextStep(claim.record, target))
        await this.#run(step, claim);
    } finally {
      await claim.release();
    }
    return this.#statusOf(claim.record);
  }

  async #run(step: RunningMigration, claim: HeldClaim<Context>): Promise<void> {
    const migration = this.#migrations.get(step.order) as Migration<Context>;
    const { order, direction } = step;
    const done = { version: versionAfter(step), running: undefined };
    const work = (context: Context, checkpoint: () => Promise<void>): Promise<void> | undefined =>
      migration[direction]?.(context, { checkpoint });
    try {
      if (migration.atomic === true && this.#store.atomically !== undefined) {
        // The transaction keeps others out, and renewals too.
        await claim.writeWith(done, async (transaction) => work(transaction, async () => undefined));
      } else {
        await claim.write({ running: step });
        await work(this.#store.context, () => claim.checkpoint());
        await claim.write(done);
      }
    } catch (error) {
      if (claim.isLost) throw error;
      const record = await claim.makeSure().then(
        () => claim.record,
        () => undefined,
      );
      // Where the answer was lost, what was written was not.
      const isDone = record?.version === done.version && record.running === undefined;
      if (!isDone) throw failedStep(step, migration, record, error);
    }
    this.#logger?.info({ order, direction, description: migration.description }, 'migrated');
  }

  async #refuseOutdated(): Promise<void> {
    let record = await this.#store.read();
    requireKnown(record, this.#migrations.latest);
    if (record.claim !== undefined && !isEmpty(record)) {
      // Another process may be filling it.
      const claim = await this.#claim((later) => !this.#isAt(later));
      if (claim === undefined) return;
      await claim.release();
      record = claim.record;
    }
    if (isEmpty(record) || this.#isAt(record)) return;
    const state = record.running === undefined ? '' : ', in the middle of a migration';
    const where = `the database is at version ${record.version} of ${this.#migrations.latest}${state}`;
    throw new CardeaError('CARDEA_MIGRATION', `${where}: run \`cardea store migrate up\``);
  }

  /** Undefined as soon as it is not wanted. */
  #claim(isWanted: (record: VersionRecord) => boolean): Promise<HeldClaim<Context> | undefined> {
    const options = { store: this.#store, leaseMs: this.#leaseMs, clock: this.#clock, logger: this.#logger };
    return claimDatabase(options, this.#waitMs, (record) => {
      requireKnown(record, this.#migrations.latest);
      return isWanted(record);
    });
  }

  #isAt(record: VersionRecord): boolean {
    return nextStep(record, this.#migrations.latest) === undefined;
  }

  #statusOf(record: VersionRecord): MigrationStatus {
    return migrationStatus(this.#migrations, record, this.#clock.now());
  }
}

function isEmpty({ version, running }: VersionRecord): boolean {
  return version === 0 && running === undefined;
}

function requireMs(name: string, given: number, least: number): number {
  if (Number.isSafeInteger(given) && given >= least) return given;
  const message = `${name} must be a whole number of at least ${least}, not ${quote(String(given))}`;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', message);
}
