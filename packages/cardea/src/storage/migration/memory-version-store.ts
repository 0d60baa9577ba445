import type { VersionRecord, VersionStore } from '../../ports/migration.ts';

/**
 * A version store in memory, for tests of migrations. It has no transactions.
 *
 * @example
 * ```ts
 * const tables = new Map<string, unknown>();
 * const migrator = new Migrator({ migrations, store: new MemoryVersionStore(tables) });
 * ```
 */
export class MemoryVersionStore<Context> implements VersionStore<Context> {
  readonly context: Context;
  #record: VersionRecord;

  /**
   * @param context what the steps are given
   * @param record what is stored at first; nothing when absent
   */
  constructor(context: Context, record: VersionRecord = { stamp: 0, version: 0 }) {
    this.context = context;
    this.#record = record;
  }

  async read(): Promise<VersionRecord> {
    return this.#record;
  }

  async write(next: VersionRecord): Promise<boolean> {
    if (this.#record.stamp !== next.stamp - 1) return false;
    this.#record = next;
    return true;
  }
}
