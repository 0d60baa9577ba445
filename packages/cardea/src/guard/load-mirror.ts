import { CardeaError } from '../errors.ts';
import type { Revision } from '../model/decision.ts';
import type { PolicyLink } from '../model/link.ts';
import type { CreatePolicyEngine } from '../ports/engine.ts';
import { type PoliciesAtRevision, readStorage, type StorageReceiver } from '../ports/read-policies.ts';
import type { RecordedChange, Storage } from '../ports/storage.ts';
import { readMeta } from './mirror-meta.ts';
import type { MirrorOptions } from './mirror-notes.ts';
import { PolicyMirror } from './policy-mirror.ts';

/** A mirror, and the revision of the storage that it is at. */
export interface LoadedMirror {
  readonly mirror: PolicyMirror;
  readonly revision: Revision;
}

const ATTEMPTS = 3;

/**
 * Reads all policies and links of a storage.
 *
 * @throws CARDEA_IO when no consistent reading could be had; whatever the storage rejects with or the engine throws
 */
export async function loadMirror(
  storage: Storage,
  create: CreatePolicyEngine,
  options: MirrorOptions,
): Promise<LoadedMirror> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const reading = new MirrorReading(() => new PolicyMirror(create(options.functions), options));
    const revision = await readStorage(storage, reading);
    const mirror = reading.finish();
    if (mirror !== undefined) return { mirror, revision };
  }
  throw new CardeaError('CARDEA_IO', 'the storage gives no consistent list of its links');
}

/**
 * Makes the mirror that a snapshot was of.
 *
 * @throws CARDEA_INVALID_SNAPSHOT when the snapshot is damaged, foreign, or was made with another checker or functions
 * @throws CARDEA_UNSUPPORTED when the engine has no snapshots
 */
export function restoreMirror(snapshot: Uint8Array, create: CreatePolicyEngine, options: MirrorOptions): LoadedMirror {
  if (create.fromSnapshot === undefined)
    throw new CardeaError('CARDEA_UNSUPPORTED', 'the engine of this guard has no snapshots');
  const { engine, meta } = create.fromSnapshot(snapshot, options.functions);
  const { revision, notes } = readMeta(meta, options);
  return { mirror: new PolicyMirror(engine, options, notes), revision };
}

/** Reads a storage into a mirror, or into another where it has to begin anew. */
class MirrorReading implements StorageReceiver {
  readonly #create: () => PolicyMirror;
  #mirror: PolicyMirror | undefined;
  #state: 'still' | 'moved' | 'lost' = 'still';

  constructor(create: () => PolicyMirror) {
    this.#create = create;
  }

  policies({ policies }: PoliciesAtRevision): void {
    this.#state = 'still';
    this.#mirror = this.#create();
    this.#mirror.load(policies);
  }

  links(links: readonly PolicyLink[]): void {
    this.#mirror?.link(links);
  }

  changes(changes: readonly RecordedChange[]): void {
    // A link that does not fit may be of a later form of its template.
    this.#state = this.#mirror?.hasMisfits === false && this.#mirror.follow(changes) ? 'moved' : 'lost';
  }

  /** The mirror of what was read; undefined where others changed what cannot be followed, and all must be read again. */
  finish(): PolicyMirror | undefined {
    // Where nobody wrote meanwhile, what does not fit is wrong.
    if (this.#state === 'still') this.#mirror?.refuseMisfits();
    return this.#state === 'lost' ? undefined : this.#mirror;
  }
}
