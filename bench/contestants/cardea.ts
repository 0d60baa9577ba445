import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import type { PolicyLink } from '../../packages/cardea/src/model/link.ts';
import type { Policy } from '../../packages/cardea/src/model/policy.ts';
import { Guard } from '../../packages/cardea/src/guard/guard.ts';
import type { PolicyEngine } from '../../packages/cardea/src/ports/engine.ts';
import { MemoryStorage } from '../../packages/cardea/src/storage/memory.ts';
import { asking, type Contestant } from '../contestant.ts';
import { decideOver, type LoadedIndex } from '../load-index.ts';

/** The boolean question to the engine. */
export function engineAllows(loaded: Pick<LoadedIndex, 'bytesPerItem' | 'itemsPerSecond'> & EngineOf): Contestant {
  const { index, bytesPerItem, itemsPerSecond, exact } = loaded;
  return {
    subject: 'cardea',
    variant: 'engine.allows',
    bytesPerItem,
    itemsPerSecond,
    exact,
    decide: asking({ allows: (inquiry: Inquiry) => index.allows(inquiry, 'error') }),
  };
}

/** The whole decision by the engine: who decided, the candidates, diagnostics. */
export function engineDecides({ index, exact }: LoadedIndex): Contestant {
  return {
    subject: 'cardea',
    variant: 'engine.find, conclude',
    exact,
    isWarm: true,
    decide: asking({ allows: (inquiry: Inquiry) => decideOver(index, inquiry).allowed }),
  };
}

/** The boolean question to a guard over a storage in memory, as an application asks it. */
export async function guardAllows(policies: Iterable<Policy>, links: Iterable<PolicyLink> = []): Promise<Contestant> {
  const storage = new MemoryStorage(policies);
  await storage.linkAll(links);
  const guard = new Guard(storage);
  await guard.ready();
  return {
    subject: 'cardea',
    variant: 'guard.allows',
    decide: asking({ allows: (inquiry: Inquiry) => guard.allows(inquiry) }),
    close: () => guard.close(),
  };
}

interface EngineOf {
  readonly index: PolicyEngine;
  readonly exact: () => boolean;
}
