import type { Batch, PolicyRow } from '../stored/backend.ts';
import { findSeqs, linksIn, linksOfSeqs } from './sql-links.ts';
import { uidText } from './sql-policies.ts';
import type { SqlSession } from './sql-session.ts';
import type { SqlTables } from './sql-tables.ts';
import { integer, raw, sql } from './sql-text.ts';

const SEQ = raw('seq');

/**
 * Writes a batch in the transaction of a session.
 *
 * @returns false, and nothing is written, where the storage is at another revision
 */
export async function commitBatch(batch: Batch, session: SqlSession, tables: SqlTables): Promise<boolean> {
  const { base, head } = batch;
  const moved = await session.run(sql`update ${tables.head}
    set revision = ${head.revision}, shapes_version = ${head.shapesVersion}, next_seq = ${head.nextSeq}, keyer = ${head.keyer}
    where id = 1 and revision = ${base}`);
  if (moved !== 1) return false;
  await takeAway(batch, session, tables);
  await putPolicies(batch.puts, session, tables);
  await putLinks(batch, session, tables);
  if (batch.forgetsShapes) await session.run(sql`delete from ${tables.shapes}`);
  const shapes = batch.shapes.map((shape) => [shape]);
  await session.insert({ table: tables.shapes, columns: ['shape'], rows: shapes });
  await tellChanges(batch, session, tables);
  const { notify } = session.dialect;
  if (notify !== undefined) await session.rows(notify(tables.head, head.revision));
  return true;
}

async function takeAway({ deletes, unlinks }: Batch, session: SqlSession, tables: SqlTables): Promise<void> {
  const { isIn } = session.dialect;
  for (const seqs of session.lists(deletes.map(({ seq }) => seq))) {
    for (const table of [tables.links, tables.policy_keys, tables.policies])
      await session.run(sql`delete from ${table} where ${isIn(SEQ, seqs)}`);
  }
  if (unlinks.length === 0) return;
  const seqs = await findSeqs(
    unlinks.map(({ template }) => template),
    session,
    tables,
  );
  for (const condition of linksIn(linksOfSeqs(unlinks, seqs), session))
    await session.run(sql`delete from ${tables.links} where ${condition}`);
}

async function putPolicies(puts: readonly PolicyRow[], session: SqlSession, tables: SqlTables): Promise<void> {
  const columns = ['seq', 'uid', 'document', 'is_template'];
  const row = ({ seq, uid, document, isTemplate }: PolicyRow) => [seq, uidText(uid), document, isTemplate ? 1 : 0];
  const [fresh, changed] = [puts.filter(({ isNew }) => isNew), puts.filter(({ isNew }) => !isNew)];
  for (const seqs of session.lists(changed.map(({ seq }) => seq)))
    await session.run(sql`delete from ${tables.policy_keys} where ${session.dialect.isIn(SEQ, seqs)}`);
  await session.insert({ table: tables.policies, columns, rows: changed.map(row), key: ['seq'] });
  await session.insert({ table: tables.policies, columns, rows: fresh.map(row) });
  const keys = puts.flatMap(({ seq, keys: own }) => own.map((key) => [key, seq]));
  await session.insert({ table: tables.policy_keys, columns: ['policy_key', 'seq'], rows: keys });
}

async function putLinks({ links }: Batch, session: SqlSession, tables: SqlTables): Promise<void> {
  const insert = { table: tables.links, columns: ['seq', 'link', 'link_key'] };
  const rows = (isNew: boolean) =>
    links.filter((link) => link.isNew === isNew).map(({ seq, text, key }) => [seq, text, key]);
  await session.insert({ ...insert, rows: rows(false), key: ['seq', 'link'] });
  await session.insert({ ...insert, rows: rows(true) });
}

async function tellChanges(
  { head, changes, keepChanges }: Batch,
  session: SqlSession,
  tables: SqlTables,
): Promise<void> {
  const columns = ['revision', 'part', 'change_text'];
  const rows = changes.map((change, part) => [head.revision, part, change]);
  await session.insert({ table: tables.changes, columns, rows });
  if (keepChanges === undefined) return;
  const oldest = await session.row(sql`select revision from ${tables.changes}
    order by revision desc, part desc limit 1 offset ${integer(keepChanges - 1)}`);
  if (oldest === undefined) return;
  const forgotten = Number(oldest['revision']) - 1;
  await session.run(sql`delete from ${tables.changes} where revision <= ${forgotten}`);
  await session.run(sql`update ${tables.head} set complete_after = ${forgotten}
    where id = 1 and complete_after < ${forgotten}`);
}
