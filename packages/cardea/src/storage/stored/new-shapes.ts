import { digest } from '../../ast/digest.ts';
import type { Head } from './backend.ts';
import type { KnownShapes } from './stored-shapes.ts';

/** The shapes that a batch brings. */
export class NewShapes {
  readonly #known: KnownShapes;
  readonly #new = new Set<string>();

  /** @param known those that the storage has */
  constructor(known: KnownShapes) {
    this.#known = known;
  }

  /** Takes note of the shapes of keys that will be written. */
  note<T extends { readonly shapes: readonly string[] }>(keys: T): T {
    for (const shape of keys.shapes) if (!this.#known.shapes.has(shape)) this.#new.add(shape);
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
    return this.#new.size > 0 ? digest([shapesVersion, ...this.#new]).slice(0, 32) : shapesVersion;
  }

  /** All shapes afterwards. */
  get all(): ReadonlySet<string> {
    return this.#new.size > 0 ? new Set([...this.#known.shapes, ...this.#new]) : this.#known.shapes;
  }
}
