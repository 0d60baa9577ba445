import type { Logger } from '../../ports/logger.ts';
import type { InquiryKeys, PolicyKeyer } from '../../ports/policy-keys.ts';
import type { BackendWriter, Head } from './backend.ts';
import { parseKeyState } from './key-state.ts';

/** All shapes that a storage had at one time. */
export class KnownShapes {
  readonly shapes: ReadonlySet<string>;
  readonly #keyer: PolicyKeyer;
  readonly #head: Pick<Head, 'shapesVersion' | 'keyer'>;
  readonly #areOwn: boolean;
  #keys: InquiryKeys | undefined;

  constructor(shapes: ReadonlySet<string>, head: Pick<Head, 'shapesVersion' | 'keyer'>, keyer: PolicyKeyer) {
    this.shapes = shapes;
    this.#head = head;
    this.#keyer = keyer;
    const { name, place } = parseKeyState(head.keyer);
    this.#areOwn = name === keyer.name && place === undefined;
  }

  /** Whether a storage with this head has these shapes and no others, and keys made in the same way. */
  isOf({ shapesVersion, keyer }: Head): boolean {
    return this.#head.shapesVersion === shapesVersion && this.#head.keyer === keyer;
  }

  /** What asks by the shapes; undefined where the keys in the storage are not all of this keyer. */
  get keys(): InquiryKeys | undefined {
    if (!this.#areOwn) return undefined;
    this.#keys ??= this.#keyer.inquiryKeys(this.shapes);
    return this.#keys;
  }
}

/** The shapes of a storage, read again only when there are others. */
export class StoredShapes {
  readonly #keyer: PolicyKeyer;
  readonly #logger: Logger | undefined;
  #known: KnownShapes | undefined;
  #warnedOf: string | undefined;

  /** @param logger told once where the keys of the storage are of no use */
  constructor(keyer: PolicyKeyer, logger: Logger | undefined) {
    this.#keyer = keyer;
    this.#logger = logger;
  }

  /** Those that were known last: whether they still are all, the answer to whoever asks by them tells. */
  async last(backend: Pick<BackendWriter, 'shapes'>): Promise<KnownShapes> {
    // Where they are of no use everything is read, before which a look whether they are by now costs nothing.
    return this.#known?.keys === undefined ? this.#read(backend) : this.#known;
  }

  /** Those that were known last are no more all. */
  forget(): void {
    this.#known = undefined;
  }

  /** Takes word of what was read or written. */
  keep(shapes: ReadonlySet<string>, head: Pick<Head, 'shapesVersion' | 'keyer'>): KnownShapes {
    this.#known = new KnownShapes(shapes, head, this.#keyer);
    return this.#known;
  }

  /**
   * Those of the storage at a head.
   *
   * @returns undefined where the storage has another head by now
   */
  async at(head: Head, backend: Pick<BackendWriter, 'shapes'>): Promise<KnownShapes | undefined> {
    if (this.#known?.isOf(head) === true) return this.#known;
    const read = await this.#read(backend);
    return read.isOf(head) ? read : undefined;
  }

  async #read(backend: Pick<BackendWriter, 'shapes'>): Promise<KnownShapes> {
    const { head, shapes } = await backend.shapes();
    this.#warnOf(parseKeyState(head.keyer).name);
    return this.keep(new Set(shapes), head);
  }

  #warnOf(name: string | undefined): void {
    if (name === undefined || name === this.#keyer.name || name === this.#warnedOf) return;
    this.#warnedOf = name;
    const fields = { stored: name, keyer: this.#keyer.name };
    this.#logger?.warn(fields, 'the keys of the storage are of another keyer, so that all policies are read: rekey it');
  }
}
