import { CardeaError, quote } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { VersionRecord, VersionStore } from '../../ports/migration.ts';
import { Turns } from '../stored/turns.ts';

/** What claiming a database takes. */
export interface ClaimOptions<Context> {
  readonly store: VersionStore<Context>;
  /** Of no other process, ever. */
  readonly owner: string;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
}

/** How often a write is tried that failed, or that others kept waiting. */
const MOST_ATTEMPTS = 5;

/**
 * The right to migrate a database, renewed until it is given back. Whoever has it knows the stamp of the record, and each
 * write proves that nobody else wrote since: after another process took over, none succeeds.
 */
export class HeldClaim<Context> {
  readonly #options: ClaimOptions<Context>;
  readonly #turns = new Turns();
  #record: VersionRecord;
  /** Whether the last write may have happened although it failed. */
  #isUnsure = false;
  #isLost = false;
  #isEnding = false;
  /** A moment before the last write: nobody takes over until the lease has passed since. */
  #writtenAt: number;
  #timer?: ReturnType<typeof setTimeout>;

  /** @param record as it was written when the claim was made */
  constructor(record: VersionRecord, options: ClaimOptions<Context>) {
    this.#record = record;
    this.#options = options;
    this.#writtenAt = Number.NEGATIVE_INFINITY;
    this.#renewLater();
  }

  get record(): VersionRecord {
    return this.#record;
  }

  /** Whether another process has taken over. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Tells that this process is alive, unless it just did.
   *
   * @throws CARDEA_CONFLICT when another process has taken over
   */
  async checkpoint(): Promise<void> {
    const { clock, leaseMs } = this.#options;
    if (this.#isLost || clock.elapsed() - this.#writtenAt >= leaseMs / 10) await this.write({});
  }

  /**
   * Tries several times: a step that is done should not count as interrupted because an answer was lost.
   *
   * @throws CARDEA_CONFLICT when another process has taken over
   */
  write(change: Partial<VersionRecord>): Promise<void> {
    return this.#turns.take(async () => {
      for (let attempt = 1; ; attempt++) {
        const failure = await this.#put(change, (next) => this.#options.store.write(next)).then(
          () => undefined,
          (error: unknown) => ({ error }),
        );
        if (failure === undefined) return;
        if (this.#isLost || attempt === MOST_ATTEMPTS) throw failure.error;
        await new Promise<void>((resolve) => void setTimeout(resolve, this.#options.leaseMs / 100));
      }
    });
  }

  /**
   * Writes and lets `work` be done, both or nothing. Renewals wait meanwhile, as everybody else does who would write.
   *
   * @throws CARDEA_CONFLICT when another process has taken over; what `work` rejects with
   */
  writeWith(change: Partial<VersionRecord>, work: (context: Context) => Promise<void>): Promise<void> {
    const { store } = this.#options;
    return this.#turns.take(() => this.#put(change, async (next) => (await store.atomically?.(next, work)) === true));
  }

  /**
   * Reads what is stored where the last write may have happened although it failed.
   *
   * @throws CARDEA_CONFLICT when another process has taken over
   */
  makeSure(): Promise<void> {
    return this.#turns.take(() => this.#requireOwn());
  }

  /** Gives the claim back. Where that fails it ends by itself, as others no longer hear of it. */
  async release(): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#timer);
    try {
      if (!this.#isLost) await this.write({ claim: undefined });
    } catch (error) {
      const { logger, owner } = this.#options;
      logger?.warn({ err: error, owner }, 'the claim on the migration was not given back; it ends by itself');
    } finally {
      this.#isLost = true;
    }
  }

  async #put(change: Partial<VersionRecord>, write: (next: VersionRecord) => Promise<boolean>): Promise<void> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      await this.#requireOwn();
      const claim = claimOf(this.#options);
      const next = { ...this.#record, claim, ...change, stamp: this.#record.stamp + 1 };
      const begun = this.#options.clock.elapsed();
      this.#isUnsure = true;
      if (!(await write(next))) continue;
      this.#isUnsure = false;
      this.#record = next;
      this.#writtenAt = begun;
      return;
    }
    throw new CardeaError('CARDEA_CONFLICT', 'the version of the database could not be written: others hold it');
  }

  /** Looks whose the record is, where that is in doubt. */
  async #requireOwn(): Promise<void> {
    const { store, owner } = this.#options;
    if (!this.#isLost && !this.#isUnsure) return;
    const stored = this.#isLost ? undefined : await store.read();
    if (stored?.claim?.owner !== owner) {
      this.#isLost = true;
      throw new CardeaError('CARDEA_CONFLICT', `another process has taken the migration over from ${quote(owner)}`);
    }
    this.#record = stored;
    this.#isUnsure = false;
  }

  #renewLater(): void {
    const { leaseMs, logger, owner } = this.#options;
    const renew = async (): Promise<void> => {
      try {
        await this.write({});
      } catch (error) {
        if (!this.#isLost) logger?.warn({ err: error, owner }, 'the claim on the migration could not be renewed');
      }
      if (!this.#isLost && !this.#isEnding) this.#renewLater();
    };
    this.#timer = setTimeout(() => void renew(), leaseMs / 3);
  }
}

/** What is written beside the version while a process migrates. */
export function claimOf<Context>({
  owner,
  leaseMs,
  clock,
}: ClaimOptions<Context>): NonNullable<VersionRecord['claim']> {
  return { owner, leaseMs, renewedAt: new Date(clock.now()).toISOString() };
}
