import type { Revision } from '../../model/decision.ts';
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
import type { Migrator } from '../migration/migrator.ts';
import { BatchCommitter } from './batch-committer.ts';
import { requireNoEviction } from './eviction.ts';
import type { KeyNames } from './key-names.ts';
import type { RedisClient, RedisSubscriber } from './redis-client.ts';
import { changeIn, headIn, knownPoliciesIn, linksIn, listIn, policiesIn, textIn } from './replies.ts';
import { ScriptRunner } from './script-runner.ts';

/** What a backend is made of. */
export interface RedisBackendParts {
  readonly client: RedisClient;
  readonly names: KeyNames;
  readonly subscriber: RedisSubscriber | undefined;
  readonly migrator: Migrator<RedisClient>;
}

/** Policies in Redis. Each method is one script, which runs while nothing else does, so that it sees one revision. */
export class RedisBackend implements Backend {
  // A text of Redis has 512 MB at most, and a document is stored with its uid, and once more as a change.
  readonly limits: BackendLimits = { document: 2 ** 28 };
  readonly listen?: NonNullable<Backend['listen']>;
  readonly #parts: RedisBackendParts;
  readonly #scripts: ScriptRunner;
  readonly #committer: BatchCommitter;

  constructor(parts: RedisBackendParts) {
    const { client, names, subscriber, migrator } = parts;
    this.#parts = parts;
    this.#scripts = new ScriptRunner(client, names, () => migrator.prepare());
    this.#committer = new BatchCommitter(this.#scripts, names);
    if (subscriber !== undefined) this.listen = (listener) => this.#listen(subscriber, names.channel, listener);
  }

  async prepare(): Promise<void> {
    const { client, names, migrator } = this.#parts;
    await requireNoEviction(client, names.migrations);
    await migrator.prepare();
  }

  async head(): Promise<Head> {
    return headIn(await this.#scripts.run('head'));
  }

  /** Redis has no locks: what is lost to others is tried again. */
  exclusively<T>(work: (writer: BackendWriter) => Promise<T>): Promise<T> {
    return work(this);
  }

  async get(uid: string): Promise<StoredPolicy | undefined> {
    return policiesIn(await this.#scripts.run('get', [JSON.stringify(uid)]))[0];
  }

  async page(after: number, limit: number): Promise<readonly StoredPolicy[]> {
    return policiesIn(await this.#scripts.run('page', [String(after), String(limit)]));
  }

  async slice(offset: number, limit: number): Promise<readonly StoredPolicy[]> {
    const last = Math.min(offset + limit - 1, Number.MAX_SAFE_INTEGER);
    return policiesIn(await this.#scripts.run('slice', [String(offset), String(last)]));
  }

  async shapes(): ReturnType<Backend['shapes']> {
    const [head, shapes] = listIn(await this.#scripts.run('shapes'));
    return { head: headIn(head), shapes: listIn(shapes).map(textIn) };
  }

  async changes(after: Revision): ReturnType<Backend['changes']> {
    const [head, changes] = listIn(await this.#scripts.run('changes', [String(after)]));
    return { head: headIn(head), changes: listIn(changes).map(changeIn) };
  }

  async facts({ uids, counted, links }: Wanted): Promise<Facts> {
    const asked = [...uids, ...counted, ...links.map(({ template }) => template)].map((uid) => JSON.stringify(uid));
    const values = [String(uids.length), String(counted.length), ...asked, ...links.map(({ text }) => text)];
    const [head, seqs, templates, counts, has] = listIn(await this.#scripts.run('facts', values));
    const linkCounts = listIn(counts).map(Number);
    const isLinked = listIn(has).map((flag) => Number(flag) === 1);
    return {
      head: headIn(head),
      policies: knownPoliciesIn(uids, seqs, templates),
      counts: new Map(counted.map((uid, at) => [uid, linkCounts[at] ?? 0] as const).filter(([, count]) => count > 0)),
      links: links.filter((_, at) => isLinked[at]),
    };
  }

  async links({ template, after, limit }: LinkPageOptions): Promise<LinkPage> {
    const asked = template === undefined ? '' : JSON.stringify(template);
    // One more tells whether there is another page.
    const [rows, templates] = listIn(await this.#scripts.run('links', [asked, after ?? '', String(limit + 1)]));
    const page = listIn(rows).slice(0, limit);
    const links = linksIn(page, policiesIn(templates));
    return listIn(rows).length > limit ? { links, next: textIn(page.at(-1)) } : { links };
  }

  async candidates(keys: readonly string[] | 'everything'): Promise<Found> {
    const answer = keys === 'everything' ? this.#scripts.run('everything') : this.#scripts.run('candidates', keys);
    const [head, rows, links] = listIn(await answer);
    const policies = policiesIn(rows);
    return { head: headIn(head), policies, links: linksIn(links, policies) };
  }

  commit(batch: Batch): Promise<boolean> {
    return this.#committer.commit(batch);
  }

  /** Clients connect again by themselves, so that listening never ends; what was told meanwhile is asked for. */
  async #listen(
    subscriber: RedisSubscriber,
    channel: string,
    listener: (revision: Revision) => void,
  ): Promise<() => Promise<void>> {
    const heard = (message: string): void => {
      if (/^[1-9][0-9]{0,15}$/.test(message)) listener(Number(message));
    };
    const asked = (): void => {
      // Where this fails too, whoever watches asks again.
      this.head().then(
        ({ revision }) => listener(revision),
        () => undefined,
      );
    };
    await subscriber.subscribe(channel, heard);
    subscriber.on?.('ready', asked);
    return async () => {
      subscriber.off?.('ready', asked);
      await subscriber.unsubscribe(channel, heard);
    };
  }
}
