import type { Kysely } from 'kysely';
import type { Clock } from '../../ports/clock.ts';
import type { Migration } from '../../ports/migration.ts';
import { requireUsable } from './require-usable.ts';
import type { SqlDialect } from './sql-dialects.ts';
import { SqlSession } from './sql-session.ts';
import { type SqlTables, sqlTables } from './sql-tables.ts';
import { raw, sql, type SqlText } from './sql-text.ts';
import { SqlTransactions } from './sql-transactions.ts';

/**
 * The migrations of the tables of a storage. None is `atomic`, as MySQL has no such thing: each begins at whatever an
 * interrupted one has left, in transactions of its own where there are any.
 */
export function sqlMigrations(
  prefix: string,
  dialect: SqlDialect,
  clock: Clock,
): readonly Migration<Kysely<unknown>>[] {
  const tables = sqlTables(prefix);
  return [
    {
      order: 1,
      description: 'tables of policies, links, keys and changes',
      resumable: true,
      async up(kysely) {
        const session = new SqlSession(kysely, dialect);
        const transactions = new SqlTransactions(kysely, dialect, clock);
        await requireUsable(session);
        if (dialect.name === 'sqlite') await transactions.untilTaken(() => letReadersGoOn(session));
        await transactions.writing((writer) => createTables(writer, tables));
      },
      down: (kysely) => new SqlTransactions(kysely, dialect, clock).writing((writer) => dropTables(writer, tables)),
    },
  ];
}

/** Of SQLite: with a log before its file, nobody waits for a writer. It stays so. */
async function letReadersGoOn(session: SqlSession): Promise<void> {
  const mode = await session.row(sql`pragma journal_mode`);
  if (mode?.['journal_mode'] === 'delete') await session.rows(sql`pragma journal_mode = wal`);
}

async function createTables(session: SqlSession, tables: SqlTables): Promise<void> {
  for (const statement of tableStatements(tables, session.dialect)) await session.run(statement);
  const { head } = tables;
  if ((await session.row(sql`select 1 from ${head} where id = 1`)) !== undefined) return;
  const columns = ['id', 'revision', 'shapes_version', 'next_seq', 'keyer', 'complete_after'];
  await session.insert({ table: head, columns, rows: [[1, 0, '', 1, '', 0]] });
}

async function dropTables(session: SqlSession, tables: SqlTables): Promise<void> {
  const { head, changes, shapes, links, policy_keys, policies } = tables;
  // The head first: without it, what is left answers nothing.
  for (const table of [head, changes, shapes, links, policy_keys, policies])
    await session.run(sql`drop table if exists ${table}`);
}

/**
 * Every index stands in the statement of its table, as no two dialects make others alike. Those of keys hold the whole
 * answer: who finds a row by its key need not look at the table.
 */
function tableStatements(tables: SqlTables, { types, clustered, options }: SqlDialect): readonly SqlText[] {
  const create = (table: SqlText, lines: readonly string[], end = ''): SqlText =>
    raw(`create table if not exists ${table.text} (${lines.join(', ')})${end}${options}`);
  const { policies, policy_keys, links, shapes, changes, head } = tables;
  return [
    create(policies, [
      `seq ${types.integer} not null primary key`,
      `uid ${types.uid} not null`,
      `document ${types.text} not null`,
      `is_template ${types.integer} not null`,
      `constraint ${policies.text}_by_uid unique (uid)`,
    ]),
    create(
      policy_keys,
      [
        `policy_key ${types.key} not null`,
        `seq ${types.integer} not null`,
        'primary key (policy_key, seq)',
        `constraint ${policy_keys.text}_by_seq unique (seq, policy_key)`,
      ],
      clustered,
    ),
    create(
      links,
      [
        `seq ${types.integer} not null`,
        `link ${types.link} not null`,
        `link_key ${types.key} not null`,
        'primary key (seq, link)',
        `constraint ${links.text}_by_key unique (link_key, seq, link)`,
      ],
      clustered,
    ),
    create(shapes, [`shape ${types.uid} not null primary key`], clustered),
    create(changes, [
      `revision ${types.integer} not null`,
      `part ${types.integer} not null`,
      `change_text ${types.text} not null`,
      'primary key (revision, part)',
    ]),
    create(head, [
      `id ${types.integer} not null primary key`,
      `revision ${types.integer} not null`,
      `shapes_version ${types.text} not null`,
      `next_seq ${types.integer} not null`,
      `keyer ${types.text} not null`,
      `complete_after ${types.integer} not null`,
    ]),
  ];
}
