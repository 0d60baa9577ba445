import { LruMap } from '../ast/lru.ts';
import type { Scalar } from '../ast/json.ts';
import { CardeaError, quote } from '../errors.ts';
import { Histogram } from '../engine/histogram.ts';
import { keyerName } from '../keying/keyer-name.ts';
import type { Revision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { PolicyLink } from '../model/link.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Candidates, Storage } from '../ports/storage.ts';
import { CandidateSet, type ReadCandidates } from './candidate-set.ts';
import { isDeeplyFrozen } from './deeply-frozen.ts';
import { keyOfUid } from './engine-uid.ts';
import { invalidPolicyFunction } from './invalid-policy-function.ts';
import { knownTemplate, logInvalid, type MirrorOptions } from './mirror-notes.ts';
import { logDangling, logMisfit, MisfitLinks, reasonOfMisfit } from './misfit-links.ts';
import { type KnownTemplate, readStoredLink } from './stored-link.ts';
import { failingPolicy, readStoredPolicy, type StoredPolicy } from './stored-policy.ts';

/** How many faults are remembered as told. */
const TOLD = 1000;

/** A template among candidates, and what links need to know of it. */
interface CandidateTemplate extends KnownTemplate {
  readonly uid: string;
}

/**
 * Asks a storage for the candidates of inquiries and reads them as a mirror reads its policies. What was read of a policy
 * is kept with the object, as long as the storage hands out the same one.
 */
export class CandidateReader {
  readonly #storage: Pick<Storage, 'findForInquiry'>;
  readonly #options: MirrorOptions;
  readonly #known = new WeakMap<object, StoredPolicy>();
  readonly #histogram = new Histogram();
  /** What was logged: once, not with every decision. */
  readonly #told = new LruMap<string, true>(TOLD);

  /** @throws CARDEA_CONFLICT where the storage finds candidates by another reading of policies than this one */
  constructor(storage: Pick<Storage, 'findForInquiry' | 'keyer'>, options: MirrorOptions) {
    requireKeyer(storage.keyer, options);
    this.#storage = storage;
    this.#options = options;
  }

  /** How many questions had how many candidates, as those of a policy engine. */
  get counts(): readonly number[] {
    return this.#histogram.counts;
  }

  /** @throws CARDEA_IO where the storage tells two policies of one uid; whatever it rejects with */
  async find(inquiry: Inquiry): Promise<{ readonly revision: Revision; readonly view: CandidateSet }> {
    const candidates = await this.#storage.findForInquiry(inquiry);
    const view = new CandidateSet(this.#read(candidates), this.#options.functions);
    this.#histogram.add(candidates.policies.length + candidates.links.length);
    return { revision: candidates.revision, view };
  }

  #read({ policies, links }: Candidates): ReadCandidates {
    const templates = new Map<string, CandidateTemplate>();
    const descriptions = new Map<string, string>();
    const lowered: LoweredPolicy[] = [];
    const uids = new Set<unknown>();
    for (const policy of policies) {
      const stored = this.#policyOf(policy);
      const { uid } = policy;
      const known = knownTemplate(stored);
      if (known !== undefined && typeof uid === 'string') templates.set(keyOfUid(uid), { ...known, uid });
      if (this.#options.describes && stored.description !== undefined) descriptions.set(uid, stored.description);
      lowered.push(stored.lowered);
      uids.add(uid);
    }
    if (uids.size < policies.length)
      throw new CardeaError('CARDEA_IO', 'the storage gives no consistent list of its policies');
    const misfits = new MisfitLinks();
    const linked = readLinks(links, templates, misfits);
    return { policies: [...lowered, ...this.#standingFor(misfits)], links: linked, descriptions };
  }

  #policyOf(policy: object): StoredPolicy {
    const known = this.#known.get(policy);
    if (known !== undefined) return known;
    const stored = readStoredPolicy(policy, this.#options);
    if (typeof policy === 'object' && isDeeplyFrozen(policy)) this.#known.set(policy, stored);
    const { lowered, issues } = stored;
    const { uid, effect } = lowered;
    if (issues.length > 0)
      this.#tell(`policy ${JSON.stringify([uid, issues])}`, () =>
        logInvalid({ uid, effect, issues }, this.#options.logger),
      );
    return stored;
  }

  /** As in a mirror: an allow never applies, and a deny lets nobody through. */
  #standingFor(misfits: MisfitLinks): readonly LoweredPolicy[] {
    const { logger } = this.#options;
    const { dangling } = misfits;
    if (dangling > 0) this.#tell('dangling', () => logDangling(dangling, logger));
    return Array.from(misfits.all(), (misfit) => {
      const uid = quote(misfit.first);
      this.#tell(`link ${uid}`, () => logMisfit(misfit, logger));
      return failingPolicy({ uid, effect: misfit.effect }, reasonOfMisfit(misfit));
    });
  }

  #tell(what: string, log: () => void): void {
    if (this.#told.get(what) === undefined) log();
    this.#told.set(what, true);
  }
}

function readLinks(
  links: readonly PolicyLink[],
  templates: ReadonlyMap<string, CandidateTemplate>,
  misfits: MisfitLinks,
): ReadonlyMap<string, readonly (readonly Scalar[])[]> {
  const linked = new Map<string, (readonly Scalar[])[]>();
  for (const link of links) {
    const read = readStoredLink(link, (key) => templates.get(key));
    if (read.kind !== 'link') {
      misfits.add(link, read);
      continue;
    }
    const uid = templates.get(read.template)?.uid ?? read.template;
    const before = linked.get(uid);
    if (before === undefined) linked.set(uid, [read.values]);
    else before.push(read.values);
  }
  return linked;
}

function requireKeyer(stored: string | undefined, { checker, functions }: MirrorOptions): void {
  // What this function stands in for has no keys.
  const names = [...functions.keys()].filter((name) => name !== invalidPolicyFunction.name);
  const own = keyerName(checker, names);
  if (stored === undefined || stored === own) return;
  throw new CardeaError(
    'CARDEA_CONFLICT',
    `the storage finds policies by the keys of ${quote(stored)}, and the guard reads them by ${quote(own)}: open the ` +
      'storage with the checker and the functions of the guard, and `rekey()` it once',
  );
}
