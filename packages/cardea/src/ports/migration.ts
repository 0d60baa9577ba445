/** Which way a migration is run. */
export type MigrationDirection = 'up' | 'down';

/** What a step may ask of whoever runs it. */
export interface MigrationStep {
  /**
   * To be called between the parts of a long step: tells that this process is alive, and makes sure that no other has
   * taken over meanwhile, as one may where this one stood still for longer than its lease.
   *
   * @throws CARDEA_CONFLICT when another process has taken over; the step is to end then
   */
  readonly checkpoint: () => Promise<void>;
}

/**
 * One step of a schema, from one version to the next and back.
 *
 * @typeParam Context what a step works with: a transaction of SQL, a database of MongoDB, a client of Redis
 */
export interface Migration<Context> {
  /** The version that it leads to: 1 for the first, without a gap. */
  readonly order: number;
  /** One line for whoever asks for the status. */
  readonly description: string;
  /**
   * Whether the store is to do and record a step in one transaction, so that nothing of it is there after a failure. A
   * step uses the context that it is given and nothing else.
   */
  readonly atomic?: boolean;
  /**
   * Whether `up` and `down` may each begin at whatever an interrupted run of the one or the other has left, and then do
   * what is missing. With `atomic` too, this holds where the store has no transactions.
   */
  readonly resumable?: boolean;
  /** From the version before to this one. */
  up(context: Context, step: MigrationStep): Promise<void>;
  /** From this version to the one before; absent where there is no way back. */
  down?(context: Context, step: MigrationStep): Promise<void>;
}

/** A step that was begun and is not recorded as done. */
export interface RunningMigration {
  readonly order: number;
  readonly direction: MigrationDirection;
}

/** Who migrates, and how long after its last word it counts as gone. */
export interface MigrationClaim {
  /** Different for every run. */
  readonly owner: string;
  readonly leaseMs: number;
  /** When it was last heard of, by its own clock, in ISO 8601: for people, as clocks differ. */
  readonly renewedAt: string;
}

/** What a database says of its version. */
export interface VersionRecord {
  /** Grows by one with each write; 0 where nothing was written. Whoever writes proves by it what they have seen. */
  readonly stamp: number;
  /** The order of the last migration that was applied; 0 for none. */
  readonly version: number;
  readonly running?: RunningMigration | undefined;
  readonly claim?: MigrationClaim | undefined;
}

/** Where the version of a database is kept: in that database. */
export interface VersionStore<Context> {
  /** What steps outside of transactions are given. */
  readonly context: Context;
  /**
   * The record; one of stamp 0 and version 0 where there is none. Comes before the first write, and makes the place where
   * the record is kept.
   */
  read(): Promise<VersionRecord>;
  /**
   * Writes a record if the stored one has the stamp before it, in one atomic step.
   *
   * @returns false where it has another stamp, or another process is just writing: the caller looks again
   */
  write(next: VersionRecord): Promise<boolean>;
  /**
   * Writes a record as `write` does, then lets `work` be done, both in one transaction: when `work` rejects, neither
   * happened. Nobody else writes the record before it ends. Absent where the database cannot undo what a migration does.
   */
  atomically?(next: VersionRecord, work: (context: Context) => Promise<void>): Promise<boolean>;
}
