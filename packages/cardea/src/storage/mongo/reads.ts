import type { Facts, Found, LinkPage, LinkPageOptions, StoredLink, StoredPolicy, Wanted } from '../stored/backend.ts';
import { chunksOf } from './chunks.ts';
import type { MongoFindOptions } from './client.ts';
import type { Collections, Documents } from './collections.ts';
import { type Commits, headOf } from './commits.ts';
import type { CommitDocument, LinkDocument, PolicyDocument, Written } from './documents.ts';
import { textsByTemplate } from './removal.ts';

const NO_TEXT = { text: 0, keys: 0 };
const PLACE_ONLY = { _id: 1, at: 1, by: 1, seq: 1 };
const SAMPLES_AT_ONCE = 16;

/** What is read at one revision: everything that counts by then, and nothing else. */
export class Reads {
  readonly head: CommitDocument;
  readonly #commits: Commits;
  readonly #collections: Collections;

  constructor(head: CommitDocument, commits: Commits, collections: Collections) {
    this.head = head;
    this.#commits = commits;
    this.#collections = collections;
  }

  async facts({ uids, counted, links }: Wanted): Promise<Facts> {
    const policies: PolicyDocument[] = [];
    for (const some of chunksOf(uids, (uid) => uid.length)) {
      const filter = { uid: { $in: some.map((uid) => JSON.stringify(uid)) } };
      policies.push(...(await this.#all(this.#collections.policies, filter, { projection: NO_TEXT })));
    }
    const counts = new Map<string, number>();
    for (const uid of counted) {
      const filter = { template: JSON.stringify(uid) };
      const count = (await this.#all(this.#collections.links, filter, { projection: PLACE_ONLY })).length;
      if (count > 0) counts.set(uid, count);
    }
    const stored: LinkDocument[] = [];
    for (const [uid, texts] of textsByTemplate(links))
      for (const some of chunksOf(texts, (text) => text.length)) {
        const filter = { template: JSON.stringify(uid), text: { $in: some } };
        stored.push(...(await this.#all(this.#collections.links, filter)));
      }
    const known = policies.map(({ uid, seq, template }) => {
      const one = { uid: JSON.parse(uid) as string, seq };
      return template === undefined ? one : { ...one, document: template };
    });
    return { head: headOf(this.head), policies: known, counts, links: stored.map(linkOf) };
  }

  async shapes(): Promise<readonly string[]> {
    const shapes = await this.#all(this.#collections.shapes, {});
    return shapes.map(({ shape }) => JSON.parse(shape) as string);
  }

  async changes(after: number): Promise<readonly { readonly revision: number; readonly change: string }[]> {
    const changes = await this.#all(this.#collections.changes, { at: { $gt: after } }, { sort: { at: 1, place: 1 } });
    return changes.map(({ at, change }) => ({ revision: at, change }));
  }

  async get(uid: string): Promise<StoredPolicy | undefined> {
    const [found] = await this.#all(this.#collections.policies, { uid: JSON.stringify(uid) });
    return found === undefined ? undefined : policyOf(found);
  }

  async page(after: number, limit: number): Promise<readonly StoredPolicy[]> {
    const filter = { seq: { $gt: after } };
    return (await this.#all(this.#collections.policies, filter, { sort: { seq: 1 } }, limit)).map(policyOf);
  }

  async slice(offset: number, limit: number): Promise<readonly StoredPolicy[]> {
    if (offset === 0) return this.page(0, limit);
    const options = { sort: { seq: 1 }, projection: PLACE_ONLY };
    const before = await this.#all(this.#collections.policies, {}, options, offset);
    const last = before.length < offset ? undefined : before.at(-1);
    return last === undefined ? [] : this.page(last.seq, limit);
  }

  async links({ template, after, limit }: LinkPageOptions): Promise<LinkPage> {
    const [seq, text] = after === undefined ? [0, ''] : (JSON.parse(after) as [number, string]);
    const place = { $or: [{ seq: { $gt: seq } }, { seq, text: { $gt: text } }] };
    const filter = {
      ...(after === undefined ? {} : place),
      ...(template === undefined ? {} : { template: JSON.stringify(template) }),
    };
    const found = await this.#all(this.#collections.links, filter, { sort: { seq: 1, text: 1 } }, limit + 1);
    const links = found.slice(0, limit);
    const last = found.length > limit ? links.at(-1) : undefined;
    const page = links.map(linkOf);
    return last === undefined ? { links: page } : { links: page, next: JSON.stringify([last.seq, last.text]) };
  }

  async candidates(keys: readonly string[] | 'everything'): Promise<Found> {
    const { policies, links } = this.#collections;
    const [byKeys, linksByKey] =
      keys === 'everything'
        ? await Promise.all([this.#all(policies, {}), this.#all(links, {})])
        : await Promise.all([this.#all(policies, { keys: { $in: keys } }), this.#all(links, { key: { $in: keys } })]);
    const known = new Set(byKeys.map(({ seq }) => seq));
    const linked = new Set(linksByKey.map(({ seq }) => seq));
    const templates: PolicyDocument[] = [];
    const missing = [...linked].filter((seq) => !known.has(seq));
    for (const some of chunksOf(missing, () => 0))
      templates.push(...(await this.#all(policies, { seq: { $in: some } })));
    const unlinked = byKeys.filter(({ seq, template }) => template !== undefined && !linked.has(seq));
    const samples = keys === 'everything' ? [] : await this.#samples(unlinked);
    return {
      head: headOf(this.head),
      policies: [...byKeys, ...templates].map(policyOf),
      links: [...linksByKey, ...samples].map(linkOf),
    };
  }

  /** One link of each template that has any. */
  async #samples(templates: readonly PolicyDocument[]): Promise<readonly LinkDocument[]> {
    const samples: LinkDocument[] = [];
    for (let from = 0; from < templates.length; from += SAMPLES_AT_ONCE) {
      const some = templates.slice(from, from + SAMPLES_AT_ONCE);
      const found = await Promise.all(some.map(({ seq }) => this.#all(this.#collections.links, { seq }, {}, 1)));
      samples.push(...found.flat());
    }
    return samples;
  }

  async #all<T extends Written>(
    documents: Documents<T>,
    filter: object,
    options: MongoFindOptions = {},
    limit: number = Number.POSITIVE_INFINITY,
  ): Promise<readonly T[]> {
    const found: T[] = [];
    if (limit <= 0) return found;
    const batchSize = Math.min(Math.max(limit + 1, 2), 1000);
    const read = documents.each(filter, { ...options, batchSize });
    for await (const document of this.#commits.counting(read, this.head, limit)) {
      found.push(document);
      if (found.length >= limit) break;
    }
    return found;
  }
}

function policyOf({ uid, seq, text, template }: PolicyDocument): StoredPolicy {
  return { uid: JSON.parse(uid) as string, seq, document: text ?? template ?? '' };
}

function linkOf({ template, text }: LinkDocument): StoredLink {
  return { template: JSON.parse(template) as string, text };
}
