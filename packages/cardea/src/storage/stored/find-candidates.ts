import type { Inquiry } from '../../model/inquiry.ts';
import type { Candidates } from '../../ports/storage.ts';
import type { Found } from './backend.ts';
import { fromStoredLink } from './stored-link.ts';
import type { StoredParts } from './stored-parts.ts';

const ATTEMPTS = 5;

/**
 * What may have a part in the decision of an inquiry.
 *
 * INVARIANT: an answer counts only where it was asked with all shapes of the state that it is of. A shape too few misses
 * policies, and a deny may be among them.
 */
export async function findCandidates(inquiry: Inquiry, parts: StoredParts): Promise<Candidates> {
  const { backend, shapes } = parts;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = await shapes.last(backend);
    const keys = known.keys?.keysOf(inquiry) ?? 'everything';
    const found = await backend.candidates(keys);
    if (keys === 'everything' || known.isOf(found.head)) return candidatesOf(found, parts);
    shapes.forget();
  }
  return candidatesOf(await backend.candidates('everything'), parts);
}

function candidatesOf({ head, policies, links }: Found, { documents }: StoredParts): Candidates {
  const inOrder = policies.toSorted((a, b) => a.seq - b.seq);
  return Object.freeze({
    revision: head.revision,
    policies: Object.freeze(inOrder.map((stored) => documents.policyOf(stored))),
    links: Object.freeze(links.map(fromStoredLink)),
  });
}
