import { compareCodePoints } from '../../ast/json.ts';
import { CardeaError } from '../../errors.ts';
import type { Revision } from '../../model/decision.ts';
import type { PolicyLink } from '../../model/link.ts';
import type { Policy } from '../../model/policy.ts';
import type { Storage } from '../../ports/storage.ts';
import { linkText, type PolicySet } from './plan-import.ts';

/** What is read of a store. */
export type StoreReader = Pick<Storage, 'get' | 'retrieveAll' | 'retrieveLinks' | 'revision'>;

/** Everything in a store at one revision. */
export interface StoreContent extends PolicySet {
  readonly revision: Revision;
}

const ATTEMPTS = 5;

/**
 * All policies in the order of the store, and all links in an order that follows from them alone.
 *
 * @throws CARDEA_CONFLICT where others change it so often that it is never read at one revision
 *
 * @example
 * ```ts
 * const text = writeDocument(await readStore(storage), { format: 'yaml' });
 * ```
 */
export async function readStore(storage: StoreReader): Promise<StoreContent> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const revision = await storage.revision();
    const policies = await collect(storage.retrieveAll(1000));
    const links = await collect(storage.retrieveLinks());
    if ((await storage.revision()) === revision) return { revision, policies, links: sorted(links) };
  }
  throw new CardeaError('CARDEA_CONFLICT', 'the store changes faster than it is read: try again later');
}

function sorted(links: readonly PolicyLink[]): readonly PolicyLink[] {
  return links
    .map((link) => ({ link, text: linkText(link) }))
    .sort((left, right) => compareCodePoints(left.text, right.text))
    .map(({ link }) => link);
}

/** How many policies are asked for at the same time. */
const LOOKUPS = 50;

/**
 * The policies of a store that have the uids of some, and those of its links that are among some.
 *
 * @example
 * ```ts
 * const { changes, conflicts } = planImport(await readSame(storage, wanted), wanted, 'add');
 * ```
 */
export async function readSame(storage: StoreReader, wanted: PolicySet): Promise<PolicySet> {
  const policies: Policy[] = [];
  for (let at = 0; at < wanted.policies.length; at += LOOKUPS) {
    const some = wanted.policies.slice(at, at + LOOKUPS);
    const found = await Promise.all(some.map(({ uid }) => storage.get(uid)));
    policies.push(...found.filter((policy) => policy !== undefined));
  }
  if (wanted.links.length === 0) return { policies, links: [] };
  const texts = new Set(wanted.links.map(linkText));
  const links: PolicyLink[] = [];
  for await (const link of storage.retrieveLinks()) if (texts.has(linkText(link))) links.push(link);
  return { policies, links };
}

/** All items of a stream. */
async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
