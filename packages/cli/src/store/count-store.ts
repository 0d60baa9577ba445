import type { PolicyKeyer, Storage } from 'cardea';

/** How much is in a store. */
export interface StoreCounts {
  /** Templates included. */
  readonly policies: number;
  readonly templates: number;
  readonly links: number;
  /** Policies that every inquiry has to look at, as the keyer reads them. */
  readonly residual: number;
}

/** Counts what is in a store, by reading all of it. */
export async function countStore(
  storage: Pick<Storage, 'retrieveAll' | 'retrieveLinks'>,
  keyer: PolicyKeyer,
): Promise<StoreCounts> {
  const counts = { policies: 0, templates: 0, links: 0, residual: 0 };
  for await (const policy of storage.retrieveAll(1000)) {
    counts.policies++;
    if (policy.slots !== undefined) counts.templates++;
    else if (keyer.keysOf(policy).keys.includes(keyer.residual)) counts.residual++;
  }
  const links = storage.retrieveLinks()[Symbol.asyncIterator]();
  while ((await links.next()).done !== true) counts.links++;
  return counts;
}
