import type { Found, StoredLink, StoredPolicy } from '../stored/backend.ts';
import type { SqlDialect } from './sql-dialects.ts';
import { headOf } from './sql-head.ts';
import { policyOfRow } from './sql-policies.ts';
import { type SqlRow, textOf } from './sql-session.ts';
import type { SqlTables } from './sql-tables.ts';
import { raw, sql, type SqlText } from './sql-text.ts';

/** What a row of the answer is. */
const HEAD = 0;
const POLICY = 1;
const LINK = 2;

/**
 * The one statement that finds what has one of the keys, and so is of one revision: the head, then policies, those that are
 * templates with one of their links, then links. What is of one part only has no meaning in the others.
 */
export function candidatesStatement(
  keys: readonly string[] | 'everything',
  tables: SqlTables,
  dialect: SqlDialect,
): SqlText {
  const everything = keys === 'everything';
  const links = everything
    ? sql`select t.seq, t.link from ${tables.links} t`
    : linksByKey(keys, raw('t.seq, t.link'), tables, dialect);
  const policies = everything
    ? sql`from ${tables.policies} p`
    : dialect.policiesBySeq(
        tables.policies,
        sql`${policiesByKey(keys, tables, dialect)} union select l.seq from found l`,
      );
  const sample = sql`(select x.link from ${tables.links} x where x.seq = p.seq order by x.link limit 1)`;
  return sql`with found as ${raw(dialect.materialized)}(${links})
    select 0 as kind, h.next_seq, h.shapes_version as uid, h.keyer as document, null as sample, h.revision, h.complete_after
      from ${tables.head} h where h.id = 1
    union all
    select 1, p.seq, p.uid, p.document, case when p.is_template = 1 then ${sample} end, 0, 0 ${policies}
    union all
    select 2, l.seq, '', l.link, null, 0, 0 from found l`;
}

/** What the rows of {@link candidatesStatement} say. */
export function foundIn(rows: readonly SqlRow[]): Found {
  const policies: StoredPolicy[] = [];
  const samples = new Map<number, string>();
  const linked = new Map<number, string[]>();
  let head: SqlRow | undefined;
  for (const row of rows) {
    const kind = Number(row['kind']);
    const seq = Number(row['next_seq']);
    if (kind === HEAD) head = { ...row, shapes_version: row['uid'], keyer: row['document'] };
    if (kind === POLICY) {
      policies.push(policyOfRow({ seq, uid: row['uid'], document: row['document'] }));
      if (row['sample'] !== null) samples.set(seq, textOf(row['sample']));
    }
    if (kind !== LINK) continue;
    const texts = linked.get(seq) ?? [];
    linked.set(seq, texts);
    texts.push(textOf(row['document']));
  }
  const links = policies.flatMap(({ uid, seq }): readonly StoredLink[] => {
    const sample = samples.get(seq);
    const texts = linked.get(seq) ?? (sample === undefined ? [] : [sample]);
    return texts.map((text) => ({ template: uid, text }));
  });
  return { head: headOf(head), policies, links };
}

function policiesByKey(keys: readonly string[], tables: SqlTables, dialect: SqlDialect): SqlText {
  return dialect.matching({
    columns: raw('t.seq'),
    table: tables.policy_keys,
    column: raw('policy_key'),
    index: raw('primary'),
    values: keys,
  });
}

function linksByKey(keys: readonly string[], columns: SqlText, tables: SqlTables, dialect: SqlDialect): SqlText {
  return dialect.matching({
    columns,
    table: tables.links,
    column: raw('link_key'),
    index: raw(`${tables.links.text}_by_key`),
    values: keys,
  });
}
