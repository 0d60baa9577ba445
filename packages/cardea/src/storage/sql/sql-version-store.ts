import type { Kysely } from 'kysely';
import { type Clock, systemClock } from '../../ports/clock.ts';
import type { MigrationDirection, VersionRecord, VersionStore } from '../../ports/migration.ts';
import { detectDialect } from './detect-dialect.ts';
import { isBrokenOff } from './sql-dialects.ts';
import { type SqlRow, SqlSession, textOf } from './sql-session.ts';
import { sqlTables } from './sql-tables.ts';
import { raw, sql, type SqlText } from './sql-text.ts';
import { SqlTransactions } from './sql-transactions.ts';

/** How a version is kept in a database of SQL. */
export interface SqlVersionStoreOptions {
  /** What the name of the table begins with; `cardea_` when absent. */
  readonly prefix?: string;
  readonly clock?: Clock;
}

/**
 * Keeps the version of a database in the only row of its table `cardea_migrations`, which is made when the first version
 * is written: whoever only looks needs no right to write. For migrations of your own; those of a storage are run by
 * {@link sqlMigrator}.
 *
 * Steps are given the Kysely instance, or the transaction where they are atomic. MySQL and MariaDB commit whenever a table
 * is made or changed, so that no migration is atomic there.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the dialect is none that `sqlStorage` knows, or the prefix is none
 *
 * @example
 * ```ts
 * const store = sqlVersionStore(kysely, { prefix: 'app_' });
 * await new Migrator({ migrations, store }).up();
 * ```
 */
export function sqlVersionStore<Schema>(
  kysely: Kysely<Schema>,
  { prefix = 'cardea_', clock = systemClock }: SqlVersionStoreOptions = {},
): VersionStore<Kysely<Schema>> {
  const dialect = detectDialect(kysely);
  const { migrations: table } = sqlTables(prefix);
  const session = new SqlSession(kysely, dialect);
  const transactions = new SqlTransactions(kysely, dialect, clock);
  const isMade = async (): Promise<boolean> => (await session.row(dialect.hasTable(table.text))) !== undefined;
  const make = async (): Promise<true> => {
    try {
      await transactions.untilTaken(() => session.run(createTable(table, dialect)));
    } catch (error) {
      // Of two who make a table at once PostgreSQL may refuse one, though it is to be made only if there is none.
      if (!(await isMade())) throw error;
    }
    return true;
  };
  /** False where another process holds the database for longer than one waits. */
  const unlessHeld = (done: Promise<boolean>): Promise<boolean> =>
    done.catch((error: unknown) => {
      if (isBrokenOff(error, dialect)) return false;
      throw error;
    });

  const store: VersionStore<Kysely<Schema>> = {
    context: kysely,
    async read() {
      if (!(await isMade())) return { stamp: 0, version: 0 };
      const row = await session.row(sql`select ${COLUMNS} from ${table} where id = 1`);
      return row === undefined ? { stamp: 0, version: 0 } : recordOf(row);
    },
    async write(next) {
      try {
        if (next.stamp === 1 && !(await unlessHeld(make()))) return false;
        return await unlessHeld(transactions.writing((writer) => put(next, table, writer)));
      } catch (error) {
        // Another process inserted the row at the same time; or there is no record before.
        if (next.stamp === 1 ? (await store.read()).stamp > 0 : !(await isMade())) return false;
        throw error;
      }
    },
  };
  if (!dialect.undoesDdl) return store;
  return {
    ...store,
    atomically: (next, work) =>
      unlessHeld(
        transactions.writing(async (writer, connection) => {
          // First, so that the row is locked before anything is done.
          const isOwn = await put(next, table, writer);
          if (isOwn) await work(connection);
          return isOwn;
        }),
      ),
  };
}

const COLUMNS = raw('stamp, version, step, direction, owner, lease, renewed');

function createTable(table: SqlText, { types, options }: SqlSession['dialect']): SqlText {
  const integer = raw(types.integer);
  return sql`create table if not exists ${table} (id ${integer} not null primary key,
    stamp ${integer} not null, version ${integer} not null, step ${integer}, direction varchar(4),
    owner varchar(64), lease ${integer}, renewed varchar(32))${raw(options)}`;
}

/** @returns whether the record before was the one that is replaced */
async function put(next: VersionRecord, table: SqlText, session: SqlSession): Promise<boolean> {
  const { stamp, version, running, claim } = next;
  const { order = null, direction = null } = running ?? {};
  const { owner = null, leaseMs = null, renewedAt = null } = claim ?? {};
  if (stamp > 1) {
    const written = await session.run(sql`update ${table} set stamp = ${stamp}, version = ${version},
      step = ${order}, direction = ${direction}, owner = ${owner}, lease = ${leaseMs}, renewed = ${renewedAt}
      where id = 1 and stamp = ${stamp - 1}`);
    return written === 1;
  }
  await session.run(sql`insert into ${table} (id, ${COLUMNS})
    values (1, ${stamp}, ${version}, ${order}, ${direction}, ${owner}, ${leaseMs}, ${renewedAt})`);
  return true;
}

function recordOf(row: SqlRow): VersionRecord {
  const record = { stamp: Number(row['stamp']), version: Number(row['version']) };
  const { step, owner } = row;
  const running =
    step === null
      ? {}
      : { running: { order: Number(step), direction: textOf(row['direction']) as MigrationDirection } };
  const claim =
    owner === null
      ? {}
      : { claim: { owner: textOf(owner), leaseMs: Number(row['lease']), renewedAt: textOf(row['renewed']) } };
  return { ...record, ...running, ...claim };
}
