import { digest } from '../../ast/digest.ts';
import type { Head } from './backend.ts';
import type { KnownShapes } from './stored-shapes.ts';

/** The shapes that a batch brings. */
export class NewShapes {
  readonly #known: ReadonlySet<string>;
  readonly #new = new Set<string>();
  /** Whether those that there were go away. */
  readonly forgets: boolean;

  /**
   * @param known those that the storage has
   * @param options.forgets where no key of before stays
   */
  constructor(known: KnownShapes, { forgets = false }: { readonly forgets?: boolean } = {}) {
    this.#known = forgets ? new Set() : known.shapes;
    this.forgets = forgets;
  }

  /** Takes note of the shapes of keys that will be written. */
  note<T extends { readonly shapes: readonly string[] }>(keys: T): T {
    for (const shape of keys.shapes) if (!this.#known.has(shape)) this.#new.add(shape);
    return keys;
  }

  get list(): readonly string[] {
    return [...this.#new];
  }

  /**
   * The version of the shapes afterwards. It is made of all versions before, so that it is another one also where the
   * storage was put back to an old state and has gone another way since.
   */
  versionAfter({ shapesVersion }: Head): string {
    if (this.#new.size === 0 && !this.forgets) return shapesVersion;
    return digest([shapesVersion, this.forgets, ...this.#new]).slice(0, 32);
  }

  /** All shapes afterwards. */
  get all(): ReadonlySet<string> {
    return this.#new.size > 0 ? new Set([...this.#known, ...this.#new]) : this.#known;
  }
}
