import type { LinkPage, LinkPageOptions, StoredLink } from '../stored/backend.ts';
import { uidOf, uidText } from './sql-policies.ts';
import { type SqlRow, type SqlSession, textOf } from './sql-session.ts';
import type { SqlTables } from './sql-tables.ts';
import { integer, joined, raw, sql, type SqlText } from './sql-text.ts';

/** Links of one template. */
interface LinksOfSeq {
  readonly seq: number;
  readonly texts: readonly string[];
}

/** Templates in one condition: each is an `or` of its own, and these are nested. */
const TEMPLATES = 100;

/** The sequence numbers of policies by their uids; absent where there is none. */
export async function findSeqs(
  uids: readonly string[],
  session: SqlSession,
  tables: SqlTables,
): Promise<ReadonlyMap<string, number>> {
  const seqs = new Map<string, number>();
  for (const list of session.lists([...new Set(uids)])) {
    const wanted = session.dialect.isIn(raw('uid'), list.map(uidText));
    for (const row of await session.rows(sql`select uid, seq from ${tables.policies} where ${wanted}`))
      seqs.set(uidOf(row['uid']), Number(row['seq']));
  }
  return seqs;
}

/** Links by the sequence numbers of their templates, without those of templates that are not there. */
export function linksOfSeqs(links: readonly StoredLink[], seqs: ReadonlyMap<string, number>): readonly LinksOfSeq[] {
  const texts = new Map<number, string[]>();
  for (const { template, text } of links) {
    const seq = seqs.get(template);
    if (seq === undefined) continue;
    const own = texts.get(seq);
    if (own === undefined) texts.set(seq, [text]);
    else own.push(text);
  }
  return [...texts].map(([seq, own]) => ({ seq, texts: own }));
}

/** Conditions that hold for links, each short enough for a statement, all of them together for all. */
export function linksIn(links: readonly LinksOfSeq[], session: SqlSession): readonly SqlText[] {
  const { isIn, listSize } = session.dialect;
  const short = links.flatMap(({ seq, texts }) => session.lists(texts).map((list) => ({ seq, texts: list })));
  const groups: LinksOfSeq[][] = [];
  let room = 0;
  for (const one of short) {
    const group = groups.at(-1);
    if (group === undefined || group.length === TEMPLATES || one.texts.length > room) {
      groups.push([one]);
      room = listSize;
    } else group.push(one);
    room -= one.texts.length;
  }
  const condition = ({ seq, texts }: LinksOfSeq): SqlText => sql`(seq = ${seq} and ${isIn(raw('link'), texts)})`;
  return groups.map((group) => joined(group.map(condition), ' or '));
}

/**
 * A page of links in the order of their primary key. A place in it is two numbers of a comparison which not every database
 * looks up, so that the rest of one template is asked first, and then those behind.
 */
export async function pageOfLinks(
  { template, after, limit }: LinkPageOptions,
  session: SqlSession,
  tables: SqlTables,
): Promise<LinkPage> {
  const place = after === undefined ? undefined : (JSON.parse(after) as readonly [seq: number, text: string]);
  const only = template === undefined ? undefined : (await findSeqs([template], session, tables)).get(template);
  if (template !== undefined && only === undefined) return { links: [] };
  // One more tells whether there is another page.
  const read = async (where: SqlText, most: number): Promise<readonly SqlRow[]> =>
    session.rows(sql`select l.seq, l.link, p.uid from ${tables.links} l join ${tables.policies} p on p.seq = l.seq
      where ${where} order by l.seq, l.link limit ${integer(most)}`);
  const rows: SqlRow[] = [];
  if (place !== undefined && (only ?? place[0]) === place[0])
    rows.push(...(await read(sql`l.seq = ${place[0]} and l.link > ${place[1]}`, limit + 1)));
  if (rows.length <= limit && only === undefined)
    rows.push(...(await read(sql`l.seq > ${place?.[0] ?? 0}`, limit + 1 - rows.length)));
  if (rows.length <= limit && only !== undefined && place === undefined)
    rows.push(...(await read(sql`l.seq = ${only}`, limit + 1)));
  const links = rows.slice(0, limit).map((row) => ({ template: uidOf(row['uid']), text: textOf(row['link']) }));
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return last === undefined ? { links } : { links, next: JSON.stringify([Number(last['seq']), textOf(last['link'])]) };
}
