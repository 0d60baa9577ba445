import type { Kysely } from 'kysely';
import type { Clock } from '../../ports/clock.ts';
import { isBrokenOff, type SqlDialect } from './sql-dialects.ts';
import { SqlSession } from './sql-session.ts';
import { integer, raw, sql, type SqlText } from './sql-text.ts';

/** How long a transaction is begun again, in milliseconds. */
const GIVE_UP_MS = 30_000;
const LONGEST_WAIT_MS = 32;

type Work<Schema, T> = (session: SqlSession, connection: Kysely<Schema>) => Promise<T>;

/** Runs work in transactions. */
export class SqlTransactions<Schema> {
  readonly #kysely: Kysely<Schema>;
  readonly #dialect: SqlDialect;
  readonly #clock: Clock;

  constructor(kysely: Kysely<Schema>, dialect: SqlDialect, clock: Clock) {
    this.#kysely = kysely;
    this.#dialect = dialect;
    this.#clock = clock;
  }

  /** Work that reads one revision. */
  async reading<T>(work: Work<Schema, T>): Promise<T> {
    const { begin } = this.#dialect;
    if (begin !== undefined) return this.#begun(begin.read, work);
    const transaction = this.#kysely.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
    return transaction.execute((connection) => work(new SqlSession(connection, this.#dialect), connection));
  }

  /** Work that writes. Runs it again from its beginning where the database broke it off for the sake of others. */
  async writing<T>(work: Work<Schema, T>): Promise<T> {
    return this.untilTaken(() => this.#write(work));
  }

  /** Tries again what the database would take if it came again. */
  async untilTaken<T>(attempt: () => Promise<T>): Promise<T> {
    const begun = this.#clock.elapsed();
    for (let waitMs = 1; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      let now: number;
      try {
        return await attempt();
      } catch (error) {
        now = this.#clock.elapsed();
        if (!isBrokenOff(error, this.#dialect) || now - begun > GIVE_UP_MS) throw error;
      }
      // What is behind the point of a clock that counts milliseconds is as good as chance.
      await new Promise<void>((resolve) => void setTimeout(resolve, waitMs * (0.5 + (now % 1))));
    }
  }

  #write<T>(work: Work<Schema, T>): Promise<T> {
    const { begin } = this.#dialect;
    if (begin !== undefined) return this.#begun(begin.write, work);
    // What was committed before the head was locked is seen after it: whoever waited reads what the one before wrote.
    const transaction = this.#kysely.transaction().setIsolationLevel('read committed');
    return transaction.execute((connection) => work(new SqlSession(connection, this.#dialect), connection));
  }

  #begun<T>(begin: SqlText, work: Work<Schema, T>): Promise<T> {
    return this.#kysely.connection().execute(async (connection) => {
      const session = new SqlSession(connection, this.#dialect);
      await withoutWaiting(session, () => session.run(begin));
      try {
        const done = await work(session, connection);
        await session.run(raw('commit'));
        return done;
      } catch (error) {
        await rollBack(session, error);
        throw error;
      }
    });
  }
}

/**
 * SQLite waits for a lock without letting anything else run. Where the one who has it is of the same process, it would
 * never give it back: so we wait ourselves, and it does not.
 */
async function withoutWaiting(session: SqlSession, work: () => Promise<unknown>): Promise<void> {
  const { timeout } = (await session.row(raw('pragma busy_timeout'))) ?? {};
  await session.rows(sql`pragma busy_timeout = ${integer(0)}`);
  try {
    await work();
  } finally {
    await session.rows(sql`pragma busy_timeout = ${integer(Number(timeout ?? 0))}`);
  }
}

async function rollBack(session: SqlSession, cause: unknown): Promise<void> {
  try {
    await session.run(raw('rollback'));
  } catch (error) {
    // SQLite rolls back by itself after some errors, and says then that there is nothing to roll back.
    if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw cause;
  }
}
