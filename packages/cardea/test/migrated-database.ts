import type { Migration, MigrationStep, VersionRecord, VersionStore } from '../src/ports/migration.ts';

/** What becomes of a process at one of the steps that it takes. */
export type Fault = 'fail' | 'die';

/** How much of a migration is there after an interruption, and whether it may be run again. */
export type MigrationKind = 'atomic' | 'resumable' | 'atomic or resumable' | 'plain';

/** What a migration changes. */
export interface Parts {
  parts: readonly string[];
}

/** A database in memory that processes migrate, with what each did. */
export class MigratedDatabase implements Parts {
  record: VersionRecord = { stamp: 0, version: 0 };
  parts: readonly string[] = [];
  /** The process that is in a transaction: nobody else writes. */
  inTransaction: MigratingProcess | undefined;
  /** The processes that are in the middle of a step. */
  readonly active = new Set<MigratingProcess>();
  /** How often a process began a step in the middle of another's. */
  collisions = 0;
}

/** A process that migrates a database, and may fail or die at any of its steps. */
export class MigratingProcess implements VersionStore<Parts> {
  readonly #database: MigratedDatabase;
  readonly #faults: ReadonlyMap<number, Fault>;
  #taken = 0;
  isDead = false;
  /** What each step waits for beside. */
  pause: () => Promise<void> = () => Promise.resolve();
  readonly atomically?: NonNullable<VersionStore<Parts>['atomically']>;

  /** @param faults by the number of the step that they happen at, from 1 */
  constructor(database: MigratedDatabase, faults: ReadonlyMap<number, Fault> = new Map(), hasTransactions = true) {
    this.#database = database;
    this.#faults = faults;
    if (hasTransactions) this.atomically = (next, work) => this.#transact(next, work);
  }

  get context(): Parts {
    return this.#database;
  }

  async read(): Promise<VersionRecord> {
    await this.step();
    const { record } = this.#database;
    await this.step();
    return record;
  }

  async write(next: VersionRecord): Promise<boolean> {
    await this.step();
    const written = this.#isFree(next);
    if (written) this.#database.record = next;
    await this.step();
    return written;
  }

  /** Fails or dies where that is due. */
  async step(): Promise<void> {
    this.#taken += 1;
    const fault = this.#faults.get(this.#taken);
    if (fault === 'die') this.#die();
    if (this.isDead) await new Promise(() => undefined);
    if (fault === 'fail') throw new Error('connection lost');
    await this.pause();
  }

  /** Migrations of the kinds given that each make two parts. */
  migrations(kinds: readonly MigrationKind[], partMs = 0): readonly Migration<Parts>[] {
    return kinds.map((kind, at): Migration<Parts> => {
      const order = at + 1;
      const names = [`${order}a`, `${order}b`];
      const isAtomic = kind.startsWith('atomic');
      const isResumable = kind.endsWith('resumable');
      const each = (list: readonly string[], change: (context: Parts, name: string) => void) => {
        return (context: Parts, step: MigrationStep) => this.#do(list, (name) => change(context, name), step, partMs);
      };
      return {
        order,
        description: `${kind} ${order}`,
        atomic: isAtomic,
        resumable: isResumable,
        up: each(names, (context, name) => {
          if (!isResumable || !context.parts.includes(name)) context.parts = [...context.parts, name];
        }),
        down: each(names.toReversed(), (context, name) => {
          const found = context.parts.indexOf(name);
          if (found < 0 && !isResumable) throw new Error(`there is no ${name}`);
          context.parts = context.parts.filter((_, index) => index !== found);
        }),
      };
    });
  }

  async #do(
    names: readonly string[],
    change: (name: string) => void,
    { checkpoint }: MigrationStep,
    partMs: number,
  ): Promise<void> {
    const { active } = this.#database;
    if (active.size > 0) this.#database.collisions += 1;
    active.add(this);
    try {
      for (const name of names) {
        await checkpoint();
        await this.step();
        change(name);
        if (partMs > 0) await new Promise<void>((resolve) => void setTimeout(resolve, partMs));
      }
    } finally {
      active.delete(this);
    }
  }

  async #transact(next: VersionRecord, work: (context: Parts) => Promise<void>): Promise<boolean> {
    await this.step();
    if (!this.#isFree(next)) return false;
    const draft: Parts = { parts: this.#database.parts };
    this.#database.inTransaction = this;
    try {
      await work(draft);
      await this.step();
      this.#database.record = next;
      this.#database.parts = draft.parts;
    } finally {
      this.#database.inTransaction = undefined;
    }
    await this.step();
    return true;
  }

  #isFree(next: VersionRecord): boolean {
    const { inTransaction, record } = this.#database;
    return (inTransaction === undefined || inTransaction === this) && record.stamp === next.stamp - 1;
  }

  #die(): void {
    this.isDead = true;
    this.#database.active.delete(this);
    if (this.#database.inTransaction === this) this.#database.inTransaction = undefined;
  }
}

/** What is there at a version. */
export function partsAt(version: number): readonly string[] {
  return Array.from({ length: version }, (_, at) => [`${at + 1}a`, `${at + 1}b`]).flat();
}
