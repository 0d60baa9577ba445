import type { SqlDialect } from './sql-dialects.ts';
import type { SqlTables } from './sql-tables.ts';
import { raw, sql, type SqlText } from './sql-text.ts';

/** Makes the tables of one version those of the next. May be run again where it was ended in between. */
type SqlMigration = (tables: SqlTables, dialect: SqlDialect) => readonly SqlText[];

/** The first one makes version 1 of nothing. */
export const SQL_MIGRATIONS: readonly SqlMigration[] = [createTables];

/** The table that tells the version; it is there before all others. */
export function migrationsTable({ migrations }: SqlTables, { types, options }: SqlDialect): SqlText {
  const type = raw(types.integer);
  return sql`create table if not exists ${migrations} (id ${type} primary key, version ${type} not null)${raw(options)}`;
}

/**
 * Every index stands in the statement of its table, as no two dialects make others alike. Those of keys hold the whole
 * answer: who finds a row by its key need not look at the table.
 */
function createTables(tables: SqlTables, { types, clustered, options }: SqlDialect): readonly SqlText[] {
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
