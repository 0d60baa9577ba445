import type { Kysely } from 'kysely';
import type { MigrationDirection, VersionRecord, VersionStore } from '../../ports/migration.ts';
import { isBusy } from './is-busy.ts';

/** Whether a database can undo the making of a table with the transaction that it is in. */
const UNDOES_DDL = { sqlite: true, postgres: true, mysql: false };

/** How a version is kept in a database of SQL. */
export interface SqlVersionStoreOptions {
  /** `mysql` is MariaDB too. It commits whenever a table is made or changed, so that no migration is atomic there. */
  readonly dialect: keyof typeof UNDOES_DDL;
  /** What the name of the table begins with; `cardea_` when absent. */
  readonly prefix?: string;
}

/** One word each, so that plugins which rename columns change nothing. */
interface VersionRow {
  readonly id: number;
  readonly stamp: number;
  readonly version: number;
  readonly step: number | null;
  readonly direction: string | null;
  readonly owner: string | null;
  readonly lease: number | null;
  readonly renewed: string | null;
}

type Tables = Kysely<Readonly<Record<string, VersionRow>>>;

/**
 * Keeps the version of a database in the only row of its table `cardea_migrations`, which is made when it is first asked
 * for. Steps are given a Kysely instance: the transaction where they are atomic.
 *
 * @example
 * ```ts
 * const store = sqlVersionStore(database, { dialect: 'sqlite' });
 * await new Migrator({ migrations, store }).up();
 * ```
 */
export function sqlVersionStore<Schema>(
  database: Kysely<Schema>,
  { dialect, prefix = 'cardea_' }: SqlVersionStoreOptions,
): VersionStore<Kysely<Schema>> {
  const tables = database as unknown as Tables;
  const table = `${prefix}migrations`;
  const update = async (connection: Tables, next: VersionRecord): Promise<boolean> => {
    const { id, ...values } = rowOf(next);
    const updated = connection.updateTable(table).set(values).where('id', '=', id);
    const { numUpdatedRows } = await updated.where('stamp', '=', next.stamp - 1).executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  };
  const stored = (): Promise<VersionRow | undefined> => tables.selectFrom(table).selectAll().executeTakeFirst();

  const store: VersionStore<Kysely<Schema>> = {
    context: database,
    async read() {
      const row = await stored().catch(async () => {
        // Two processes that make the table at once may both be told that it is there already, or one of them.
        const failure = await create(tables, table).catch((error: unknown) => ({ error }));
        return stored().catch((error: unknown) => {
          throw failure?.error ?? error;
        });
      });
      return row === undefined ? { stamp: 0, version: 0 } : recordOf(row);
    },
    async write(next) {
      if (next.stamp > 1) return unlessBusy(update(tables, next));
      try {
        await tables.insertInto(table).values(rowOf(next)).execute();
        return true;
      } catch (error) {
        if (isBusy(error) || (await stored()) !== undefined) return false;
        throw error;
      }
    },
  };
  if (!UNDOES_DDL[dialect]) return store;
  return {
    ...store,
    atomically: (next, work) =>
      database.transaction().execute(async (transaction) => {
        // First, so that the row is locked before anything is done.
        const isOwn = await unlessBusy(update(transaction as unknown as Tables, next));
        if (isOwn) await work(transaction);
        return isOwn;
      }),
  };
}

async function create(tables: Tables, table: string): Promise<undefined> {
  await tables.schema
    .createTable(table)
    .ifNotExists()
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('stamp', 'integer', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('step', 'integer')
    .addColumn('direction', 'varchar(4)')
    .addColumn('owner', 'varchar(64)')
    .addColumn('lease', 'integer')
    .addColumn('renewed', 'varchar(32)')
    .execute();
}

/** False where another process is just writing. */
async function unlessBusy(written: Promise<boolean>): Promise<boolean> {
  try {
    return await written;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

function rowOf({ stamp, version, running, claim }: VersionRecord): VersionRow {
  return {
    id: 1,
    stamp,
    version,
    step: running?.order ?? null,
    direction: running?.direction ?? null,
    owner: claim?.owner ?? null,
    lease: claim?.leaseMs ?? null,
    renewed: claim?.renewedAt ?? null,
  };
}

function recordOf({ stamp, version, step, direction, owner, lease, renewed }: VersionRow): VersionRecord {
  const record = { stamp, version };
  const running = step === null ? undefined : { order: step, direction: direction as MigrationDirection };
  const claim = owner === null ? undefined : { owner, leaseMs: lease ?? 0, renewedAt: renewed ?? '' };
  return { ...record, ...(running && { running }), ...(claim && { claim }) };
}
