import { CardeaError, quote } from 'cardea';
import { digest } from 'cardea/ast';
import type { Kysely } from 'kysely';
import {
  type ChangeNote,
  type HistoryEntry,
  type HistoryPage,
  type HistoryQuery,
  type Intent,
  keyOf,
  type PendingEntries,
  type PolicyHistory,
} from '../administration/history.ts';

interface Row {
  /** In the order of time. */
  readonly id: string;
  readonly batch: string;
  readonly time: string;
  readonly caller: string;
  readonly base: number | string;
  readonly revision: number | string | null;
  readonly type: string;
  readonly uid: string;
  /** SHA-256 of the uid: databases differ in how long an indexed text may be, and in what they compare as equal. */
  readonly of_uid: string;
  readonly digest: string | null;
}

/** How many rows a statement writes: databases have a limit of parameters. */
const ROWS = 50;

/**
 * A history in a table of SQLite, PostgreSQL, MySQL or MariaDB, which all instances of a server share. The table is made
 * when it is first needed.
 *
 * @param options.table its name: lower-case letters, digits and underscores; `cardea_history` when absent
 * @throws CARDEA_INVALID_ARGUMENT when the name would need quotes somewhere
 *
 * @example
 * ```ts
 * await createServer({ guard, policies, authenticators, history: sqlHistory(kysely) });
 * ```
 */
export function sqlHistory<Database>(
  kysely: Kysely<Database>,
  { table = 'cardea_history' }: { readonly table?: string } = {},
): PolicyHistory {
  if (!/^[a-z_][a-z0-9_]{0,59}$/.test(table))
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `${quote(table)} is no name of a table`);
  const database = kysely as unknown as Kysely<Record<string, Row>>;
  let made: Promise<void> | undefined;
  const ready = async (): Promise<void> => {
    // Whoever makes a table while another instance does may be refused, and then finds it.
    made ??= makeTable(database, table).catch(() => makeTable(database, table));
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
  return {
    async begin(intent) {
      await ready();
      const batch = crypto.randomUUID();
      const rows = intent.changes.map((change, at) => rowOf(intent, change, { batch, at }));
      // All or none: a trace of a part would be wrong.
      await database.transaction().execute(async (transaction) => {
        for (let at = 0; at < rows.length; at += ROWS)
          // oxlint-disable-next-line no-await-in-loop
          await transaction
            .insertInto(table)
            .values(rows.slice(at, at + ROWS))
            .execute();
      });
      return pendingOf(database, table, batch);
    },
    async page(query) {
      await ready();
      return pageOf(database, table, query);
    },
  };
}

async function makeTable(database: Kysely<Record<string, Row>>, table: string): Promise<void> {
  await database.schema
    .createTable(table)
    .ifNotExists()
    .addColumn('id', 'varchar(80)', (column) => column.primaryKey())
    .addColumn('batch', 'varchar(36)', (column) => column.notNull())
    .addColumn('time', 'varchar(30)', (column) => column.notNull())
    .addColumn('caller', 'text', (column) => column.notNull())
    .addColumn('base', 'bigint', (column) => column.notNull())
    .addColumn('revision', 'bigint')
    .addColumn('type', 'varchar(10)', (column) => column.notNull())
    .addColumn('uid', 'text', (column) => column.notNull())
    .addColumn('of_uid', 'varchar(64)', (column) => column.notNull())
    .addColumn('digest', 'varchar(64)')
    // Indexes that every database makes together with the table.
    .addUniqueConstraint(`${table}_of_uid`, ['of_uid', 'id'])
    .addUniqueConstraint(`${table}_batch`, ['batch', 'id'])
    .execute();
}

function rowOf(
  { time, caller, base }: Intent,
  { type, uid, digest: of = null }: Omit<ChangeNote, 'digest'> & { readonly digest?: string | null },
  { batch, at }: { readonly batch: string; readonly at: number },
): Row {
  return {
    id: keyOf(time, batch, at),
    batch,
    time,
    caller,
    base,
    revision: null,
    type,
    uid,
    of_uid: digest(uid),
    digest: of,
  };
}

function pendingOf(database: Kysely<Record<string, Row>>, table: string, batch: string): PendingEntries {
  return {
    done: async (revision) => {
      await database.updateTable(table).set({ revision }).where('batch', '=', batch).execute();
    },
    undone: async () => {
      await database.deleteFrom(table).where('batch', '=', batch).execute();
    },
  };
}

async function pageOf(
  database: Kysely<Record<string, Row>>,
  table: string,
  { uid, after, limit }: HistoryQuery,
): Promise<HistoryPage> {
  let query = database
    .selectFrom(table)
    .selectAll()
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (uid !== undefined) query = query.where('of_uid', '=', digest(uid));
  if (after !== undefined) query = query.where('id', '<', after);
  const rows = await query.execute();
  const page = rows.slice(0, limit);
  const entries = page.map(entryOf);
  const last = page.at(-1);
  return rows.length <= limit || last === undefined ? { entries } : { entries, next: last.id };
}

function entryOf({ time, caller, base, revision, type, uid, digest: of }: Row): HistoryEntry {
  return {
    time,
    caller,
    base: Number(base),
    // Drivers give whole numbers of 64 bits as text.
    ...(revision !== null && { revision: Number(revision) }),
    type: type as HistoryEntry['type'],
    uid,
    ...(of !== null && { digest: of }),
  };
}
