import { describe, expect, it } from 'vitest';
import type { Revision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Policy } from '../model/policy.ts';
import type { BulkOptions, Candidates, PolicyChange, Storage } from '../ports/storage.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { listOf } from './assertions.ts';
import type { StorageCase } from './storage-case.ts';
import { storageCases, storageSuite } from './storage-suite.ts';

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Storages with one fault each, as they occur: the suite must find every one of them. */
const FAULTY: Readonly<Record<string, () => Storage>> = {
  'compares uids without case': () =>
    new (class extends MemoryStorage {
      override get = (uid: string): Promise<Policy | undefined> =>
        super.get(typeof uid === 'string' ? uid.toLowerCase() : uid);
    })(),
  'converts uids to text': () =>
    new (class extends MemoryStorage {
      override get = (uid: unknown): Promise<Policy | undefined> => super.get(String(uid));
    })(),
  'normalises what it stores': () =>
    new (class extends MemoryStorage {
      override add = (policy: Policy): Promise<void> =>
        super.add(JSON.parse(JSON.stringify(policy).normalize('NFC')) as Policy);
    })(),
  'applies changes one by one': () =>
    new (class extends MemoryStorage {
      override async apply(
        changes: readonly PolicyChange[],
        options?: { readonly ifRevision?: Revision },
      ): Promise<Revision> {
        let revision = await super.apply([], options);
        for (const change of changes) revision = await super.apply([change]);
        return revision;
      }
    })(),
  'looks at the revision too early': () =>
    new (class extends MemoryStorage {
      override async apply(
        changes: readonly PolicyChange[],
        options: { readonly ifRevision?: Revision } = {},
      ): Promise<Revision> {
        await super.apply([], options);
        await new Promise((resolve) => setTimeout(resolve));
        return super.apply(changes);
      }
    })(),
  'ignores ifRevision': () =>
    new (class extends MemoryStorage {
      override apply = (changes: readonly PolicyChange[]): Promise<Revision> => super.apply(changes);
    })(),
  'adds where it should update': () =>
    new (class extends MemoryStorage {
      override async update(policy: Policy): Promise<void> {
        if ((await super.get(policy?.uid ?? '')) === undefined) await super.add(policy);
        else await super.update(policy);
      }
    })(),
  'moves an updated policy to the end': () =>
    new (class extends MemoryStorage {
      override async update(policy: Policy): Promise<void> {
        if ((await super.get(policy?.uid ?? '')) === undefined) return super.update(policy);
        await super.apply([
          { type: 'delete', uid: policy.uid },
          { type: 'add', policy },
        ]);
      }
    })(),
  'raises the revision for nothing': () =>
    new (class extends MemoryStorage {
      #calls = 0;
      override async delete(uid: string): Promise<void> {
        await super.delete(uid);
        this.#calls += 1;
      }
      override revision = async (): Promise<Revision> => (await super.revision()) + this.#calls;
    })(),
  'hands out what others can change': () =>
    new MemoryStorage([], { parse: (policy) => ({ ok: true, value: policy as Policy }) }),
  'checks nothing': () => new MemoryStorage([], { parse: (policy) => ({ ok: true, value: copy(policy) as Policy }) }),
  'ends a page too early': () =>
    new (class extends MemoryStorage {
      override getAll = (limit: number, offset: number): Promise<readonly Policy[]> =>
        super.getAll(Math.min(limit, 5), offset);
    })(),
  'prefilters by effect': () =>
    new (class extends MemoryStorage {
      override async findForInquiry(): Promise<Candidates> {
        const found = await super.findForInquiry();
        return { ...found, policies: found.policies.filter(({ effect }) => effect === 'allow') };
      }
    })(),
  'answers with a gap in the changes': () =>
    new (class extends MemoryStorage {
      override async changesSince(revision: Revision) {
        const since = await super.changesSince(revision);
        return since.complete ? { ...since, changes: since.changes.slice(1) } : since;
      }
    })(),
  'tells watchers later': () =>
    new (class extends MemoryStorage {
      override watch = (listener: (revision: Revision) => void): (() => void) =>
        super.watch((revision) => void setTimeout(() => quietly(() => listener(revision)), 5));
    })(),
  'takes numbers in links for texts': () =>
    new (class extends MemoryStorage {
      override link = ({ template, values }: PolicyLink): Promise<void> =>
        super.link({
          template,
          values: Object.fromEntries(Object.entries(values).map(([slot, value]) => [slot, String(value)])),
        });
    })(),
  'writes a link that is there anew': () =>
    new (class extends MemoryStorage {
      override async link(link: PolicyLink): Promise<void> {
        await super.unlink(link);
        await super.link(link);
      }
    })(),
  'lets links outlive their template': () =>
    new (class extends MemoryStorage {
      override async delete(uid: string): Promise<void> {
        const links = (await listOf(super.retrieveLinks())).filter(({ template }) => template === uid);
        const template = await super.get(uid);
        await super.delete(uid);
        this.#orphans.push(...(template === undefined ? [] : links));
      }
      readonly #orphans: PolicyLink[] = [];
      override async *retrieveLinks(batch?: number): AsyncIterable<PolicyLink> {
        yield* super.retrieveLinks(batch);
        yield* this.#orphans;
      }
    })(),
  'pages links by their offset': () =>
    new (class extends MemoryStorage {
      override async *retrieveLinks(batch = 1000): AsyncIterable<PolicyLink> {
        if (!Number.isSafeInteger(batch) || batch < 1) yield* super.retrieveLinks(batch);
        for (let offset = 0; ; offset += batch) {
          const page = (await listOf(super.retrieveLinks())).slice(offset, offset + batch);
          if (page.length === 0) return;
          yield* page;
        }
      }
    })(),
  'links nothing of what it links in bulk': () =>
    new (class extends MemoryStorage {
      override linkAll = async (_links: unknown, options: BulkOptions = {}): Promise<void> => {
        await super.linkAll([], options);
      };
    })(),
  'adds nothing of what it adds in bulk': () =>
    new (class extends MemoryStorage {
      override addAll = async (_policies: unknown, options: BulkOptions = {}): Promise<void> => {
        await super.addAll([], options);
      };
    })(),
  'pages policies by their offset': () =>
    new (class extends MemoryStorage {
      override async page(options: { readonly after?: string | undefined; readonly limit: number }) {
        await super.page(options);
        const offset = Number(options.after ?? 0);
        const policies = await super.getAll(options.limit, offset);
        const ends = policies.length < options.limit;
        return ends ? { policies } : { policies, next: String(offset + options.limit) };
      }
    })(),
  'keeps the place of what was taken away': () =>
    new (class extends MemoryStorage {
      readonly #order: string[] = [];
      override async add(policy: Policy): Promise<void> {
        await super.add(policy);
        if (!this.#order.includes(policy.uid)) this.#order.push(policy.uid);
      }
      override async page(options: { readonly after?: string | undefined; readonly limit: number }) {
        const { policies, ...next } = await super.page(options);
        const placeOf = ({ uid }: Policy): number => this.#order.indexOf(uid);
        return { policies: policies.toSorted((a, b) => placeOf(b) - placeOf(a)), ...next };
      }
    })(),
  'leaves out revisions': () =>
    new (class extends MemoryStorage {
      override revision = async (): Promise<Revision> => 2 * (await super.revision());
      override apply = async (
        changes: readonly PolicyChange[],
        { ifRevision }: { readonly ifRevision?: Revision } = {},
      ): Promise<Revision> =>
        2 * (await super.apply(changes, ifRevision === undefined ? {} : { ifRevision: ifRevision / 2 }));
    })(),
  'gives candidates without their links': () =>
    new (class extends MemoryStorage {
      override findForInquiry = async (): Promise<Candidates> => ({ ...(await super.findForInquiry()), links: [] });
    })(),
  'gives candidates of two revisions': () =>
    new (class extends MemoryStorage {
      override async findForInquiry(): Promise<Candidates> {
        const { policies } = await super.findForInquiry();
        await new Promise((resolve) => setTimeout(resolve, 3));
        return { ...(await super.findForInquiry()), policies };
      }
    })(),
  'leaves out what only lacks an attribute': () =>
    new (class extends MemoryStorage {
      override findForInquiry = async (inquiry?: Inquiry): Promise<Candidates> => {
        const found = await super.findForInquiry();
        const lacks = inquiry?.context === undefined;
        return { ...found, policies: found.policies.filter(({ context }) => context === undefined || !lacks) };
      };
    })(),
  'cuts long texts': () =>
    new (class extends MemoryStorage {
      override add = (policy: Policy): Promise<void> =>
        super.add(
          policy?.description === undefined ? policy : { ...policy, description: policy.description.slice(0, 65_535) },
        );
    })(),
  'registers a listener once': () =>
    new (class extends MemoryStorage {
      readonly #stops = new Map<unknown, () => void>();
      override watch(listener: (revision: Revision) => void): () => void {
        const stop = this.#stops.get(listener) ?? super.watch(listener);
        this.#stops.set(listener, stop);
        return stop;
      }
    })(),
};

/** The rule that each of them breaks. */
const FOUND_BY: Readonly<Record<string, string>> = {
  'compares uids without case': 'compared byte by byte',
  'converts uids to text': 'never converted',
  'normalises what it stores': 'compared byte by byte',
  'applies changes one by one': 'apply makes no change when one of them is refused',
  'looks at the revision too early': 'exactly one wins',
  'ignores ifRevision': 'is refused at any other',
  'adds where it should update': 'update of an unknown uid does nothing',
  'moves an updated policy to the end': 'keeps its place',
  'raises the revision for nothing': 'delete of an unknown uid does nothing',
  'hands out what others can change': 'no live view',
  'checks nothing': 'is refused and changes nothing',
  'ends a page too early': 'without overlap, gap or end',
  'prefilters by effect': 'leaves out no policy that applies',
  'answers with a gap in the changes': 'changesSince tells every change',
  'tells watchers later': 'before its promise is settled',
  'takes numbers in links for texts': 'values are told apart as JSON tells them apart',
  'writes a link that is there anew': 'linking twice is one link',
  'lets links outlive their template': 'deleting a template deletes its links',
  'pages links by their offset': 'misses no link that stays',
  'links nothing of what it links in bulk': 'linkAll links what comes, batch by batch',
  'adds nothing of what it adds in bulk': 'addAll adds what comes, batch by batch',
  'pages policies by their offset': 'page misses no policy that stays',
  'keeps the place of what was taken away': 'stands at the end',
  'leaves out revisions': 'no revision is left out',
  'gives candidates without their links': 'gives a template with its links',
  'gives candidates of two revisions': 'findForInquiry is of one revision',
  'leaves out what only lacks an attribute': 'candidates-are-a-superset',
  'cuts long texts': 'a policy of a megabyte',
  'registers a listener once': 'for this registration only',
};

/** Without those that take long, unless it is they who find the fault. */
const slow = /^(ten thousand|of twenty|twenty|a policy of a megabyte|candidates-are|hostile values|an inquiry of)/;
const casesFor = (fault: string): typeof storageCases =>
  storageCases.filter(({ rule }) => !slow.test(rule) || rule.includes(FOUND_BY[fault] ?? rule));

async function runOn(storage: Storage, run: StorageCase['run'] | undefined): Promise<void> {
  await run?.(storage, async () => storage);
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The suite's own listener throws on purpose.
  }
}

describe('storageSuite', () => {
  it.each(Object.entries(FAULTY))('finds a storage that %s', async (fault, create) => {
    const broken: string[] = [];
    for (const { rule, run } of casesFor(fault)) await runOn(create(), run).catch(() => broken.push(rule));
    expect(broken).toContainEqual(expect.stringContaining(FOUND_BY[fault] ?? 'named below'));
  });

  it('says which rule is broken, with what was expected and what came', async () => {
    const empty = storageCases[0];
    await expect(
      runOn(
        new MemoryStorage([{ uid: 'a', effect: 'deny', subjects: ['a'], actions: ['a'], resources: ['a'] }]),
        empty?.run,
      ),
    ).rejects.toThrow('get: expected nothing');
  });

  it('takes down each storage, also after a failure', async () => {
    const runs: (() => Promise<void>)[] = [];
    let disposed = 0;
    const broken = new MemoryStorage();
    broken.get = () => Promise.reject(new Error('down'));
    storageSuite('broken', () => ({ storage: broken, dispose: async () => void disposed++ }), {
      describe: (_, define) => define(),
      it: (_, run) => void runs.push(run),
    });
    await expect(runs[0]?.()).rejects.toThrow('down');
    expect([runs.length, disposed]).toEqual([storageCases.length, 1]);
  });
});
