import type { Kysely } from 'kysely';
import type { Revision } from '../../model/decision.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  Backend,
  BackendLimits,
  BackendWriter,
  Batch,
  Facts,
  Found,
  Head,
  LinkPage,
  LinkPageOptions,
  StoredPolicy,
  Wanted,
} from '../stored/backend.ts';
import { listenToPostgres, type PostgresConnect } from './postgres-listener.ts';
import { requireUsable } from './require-usable.ts';
import { candidatesStatement, foundIn } from './sql-candidates.ts';
import type { SqlDialect } from './sql-dialects.ts';
import { HEAD_COLUMNS, headOf } from './sql-head.ts';
import { POLICY_COLUMNS, policyOfRow, uidText } from './sql-policies.ts';
import { SqlSession, textOf } from './sql-session.ts';
import { type SqlTables, sqlTables } from './sql-tables.ts';
import { integer, sql } from './sql-text.ts';
import { SqlTransactions } from './sql-transactions.ts';
import { SqlWriter } from './sql-writer.ts';

/** How a backend is set up. */
export interface SqlBackendOptions {
  readonly dialect: SqlDialect;
  readonly prefix: string;
  readonly clock: Clock;
  readonly listen?: PostgresConnect | undefined;
  /** Makes the tables what they have to be. */
  readonly migrate: () => Promise<void>;
}

/** A database of SQL as a storage asks it. Every answer is one statement, or a transaction that reads one revision. */
export class SqlBackend implements Backend {
  readonly limits: BackendLimits;
  readonly listen?: NonNullable<Backend['listen']>;
  readonly #migrate: () => Promise<void>;
  readonly #tables: SqlTables;
  readonly #session: SqlSession;
  readonly #transactions: SqlTransactions<unknown>;
  /** For what is one statement, over whichever connection is free. */
  readonly #reader: SqlWriter;

  constructor(kysely: Kysely<unknown>, { dialect, prefix, clock, listen, migrate }: SqlBackendOptions) {
    this.limits = dialect.limits;
    this.#migrate = migrate;
    this.#tables = sqlTables(prefix);
    this.#session = new SqlSession(kysely, dialect);
    this.#transactions = new SqlTransactions(kysely, dialect, clock);
    this.#reader = new SqlWriter(this.#session, this.#tables);
    if (listen !== undefined)
      this.listen = (listener, failed) =>
        listenToPostgres({ connect: listen, head: this.#tables.head, session: this.#session, listener, failed });
  }

  async prepare(): Promise<void> {
    await requireUsable(this.#session);
    await this.#migrate();
  }

  exclusively<T>(work: (writer: BackendWriter) => Promise<T>): Promise<T> {
    return this.#transactions.writing(async (session) => {
      const writer = new SqlWriter(session, this.#tables);
      await writer.lock();
      return work(writer);
    });
  }

  head(): Promise<Head> {
    return this.#reader.head();
  }

  shapes(): ReturnType<BackendWriter['shapes']> {
    return this.#reader.shapes();
  }

  page(after: number, limit: number): Promise<readonly StoredPolicy[]> {
    return this.#reader.page(after, limit);
  }

  links(options: LinkPageOptions): Promise<LinkPage> {
    return this.#reader.links(options);
  }

  facts(wanted: Wanted): Promise<Facts> {
    return this.#transactions.reading((session) => new SqlWriter(session, this.#tables).facts(wanted));
  }

  commit(batch: Batch): Promise<boolean> {
    return this.exclusively((writer) => writer.commit(batch));
  }

  async get(uid: string): Promise<StoredPolicy | undefined> {
    const row = await this.#session.row(
      sql`select ${POLICY_COLUMNS} from ${this.#tables.policies} p where p.uid = ${uidText(uid)}`,
    );
    return row === undefined ? undefined : policyOfRow(row);
  }

  async slice(offset: number, limit: number): Promise<readonly StoredPolicy[]> {
    const rows = await this.#session.rows(sql`select ${POLICY_COLUMNS} from ${this.#tables.policies} p
      order by p.seq limit ${integer(limit)} offset ${integer(offset)}`);
    return rows.map(policyOfRow);
  }

  async changes(after: Revision): ReturnType<Backend['changes']> {
    const { head, changes } = this.#tables;
    const rows = await this.#session.rows(sql`select ${HEAD_COLUMNS}, c.revision as changed_at, c.change_text
      from ${head} h left join ${changes} c on c.revision > ${after} where h.id = 1 order by c.revision, c.part`);
    const told = rows.flatMap(({ changed_at: revision, change_text: change }) =>
      revision === null ? [] : [{ revision: Number(revision), change: textOf(change) }],
    );
    return { head: headOf(rows[0]), changes: told };
  }

  async candidates(keys: readonly string[] | 'everything'): Promise<Found> {
    return foundIn(await this.#session.rows(candidatesStatement(keys, this.#tables, this.#session.dialect)));
  }
}
