import type {
  BackendWriter,
  Batch,
  Facts,
  Head,
  KnownPolicy,
  LinkPage,
  LinkPageOptions,
  StoredLink,
  StoredPolicy,
  Wanted,
} from '../stored/backend.ts';
import { commitBatch } from './commit-batch.ts';
import { HEAD_COLUMNS, headOf } from './sql-head.ts';
import { findSeqs, linksIn, linksOfSeqs, pageOfLinks } from './sql-links.ts';
import { POLICY_COLUMNS, policyOfRow, uidOf, uidText } from './sql-policies.ts';
import { type SqlSession, textOf } from './sql-session.ts';
import type { SqlTables } from './sql-tables.ts';
import { integer, raw, sql } from './sql-text.ts';

/** Asks and writes over one connection. `facts` and `commit` are several statements: it must be in a transaction then. */
export class SqlWriter implements BackendWriter {
  readonly #session: SqlSession;
  readonly #tables: SqlTables;

  constructor(session: SqlSession, tables: SqlTables) {
    this.#session = session;
    this.#tables = tables;
  }

  async head(): Promise<Head> {
    return headOf(await this.#session.row(sql`select ${HEAD_COLUMNS} from ${this.#tables.head} h where h.id = 1`));
  }

  /** Keeps all other writers out until the transaction ends. */
  async lock(): Promise<void> {
    const { forUpdate } = this.#session.dialect;
    await this.#session.rows(sql`select h.revision from ${this.#tables.head} h where h.id = 1${forUpdate}`);
  }

  async facts({ uids, counted, links }: Wanted): Promise<Facts> {
    return {
      head: await this.head(),
      policies: await this.#known(uids),
      counts: await this.#counts(counted),
      links: await this.#stored(links),
    };
  }

  async shapes(): Promise<{ readonly head: Head; readonly shapes: readonly string[] }> {
    const { head, shapes } = this.#tables;
    const rows = await this.#session.rows(
      sql`select ${HEAD_COLUMNS}, s.shape from ${head} h left join ${shapes} s on h.id = 1 where h.id = 1`,
    );
    const all = rows.flatMap(({ shape }) => (shape === null ? [] : [textOf(shape)]));
    return { head: headOf(rows[0]), shapes: all };
  }

  async page(after: number, limit: number): Promise<readonly StoredPolicy[]> {
    const rows = await this.#session.rows(sql`select ${POLICY_COLUMNS} from ${this.#tables.policies} p
      where p.seq > ${after} order by p.seq limit ${integer(limit)}`);
    return rows.map(policyOfRow);
  }

  links(options: LinkPageOptions): Promise<LinkPage> {
    return pageOfLinks(options, this.#session, this.#tables);
  }

  commit(batch: Batch): Promise<boolean> {
    return commitBatch(batch, this.#session, this.#tables);
  }

  async #known(uids: readonly string[]): Promise<readonly KnownPolicy[]> {
    const known: KnownPolicy[] = [];
    for (const list of this.#session.lists(uids)) {
      const rows = await this.#session.rows(sql`select p.uid, p.seq,
        case when p.is_template = 1 then p.document end as document from ${this.#tables.policies} p
        where ${this.#session.dialect.isIn(raw('p.uid'), list.map(uidText))}`);
      for (const { uid, seq, document } of rows) {
        const policy = { uid: uidOf(uid), seq: Number(seq) };
        known.push(document === null ? policy : { ...policy, document: textOf(document) });
      }
    }
    return known;
  }

  async #counts(uids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const list of this.#session.lists(uids)) {
      const { policies, links } = this.#tables;
      const rows = await this.#session.rows(sql`select p.uid, count(*) as links from ${policies} p
        join ${links} l on l.seq = p.seq
        where p.is_template = 1 and ${this.#session.dialect.isIn(raw('p.uid'), list.map(uidText))} group by p.uid`);
      for (const row of rows) counts.set(uidOf(row['uid']), Number(row['links']));
    }
    return counts;
  }

  async #stored(links: readonly StoredLink[]): Promise<readonly StoredLink[]> {
    const templates = links.map(({ template }) => template);
    const seqs = await findSeqs(templates, this.#session, this.#tables);
    const uids = new Map([...seqs].map(([uid, seq]) => [seq, uid]));
    const stored: StoredLink[] = [];
    for (const condition of linksIn(linksOfSeqs(links, seqs), this.#session)) {
      const rows = await this.#session.rows(sql`select seq, link from ${this.#tables.links} where ${condition}`);
      for (const { seq, link } of rows) stored.push({ template: uids.get(Number(seq)) as string, text: textOf(link) });
    }
    return stored;
  }
}
