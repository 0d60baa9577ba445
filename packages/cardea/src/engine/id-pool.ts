import { CardeaError } from '../errors.ts';
import { joinArrays, splitArrays } from './arrays.ts';
import { IntColumn } from './int-column.ts';
import { type Allocate, onHeap } from './memory.ts';

/** Dense ids with a count of references; the id that was freed last is given out next. */
export class IdPool {
  /** Of an id in use the count; of a free one the next free one as `-(next + 1)`. */
  readonly #references: IntColumn;
  #free = -1;
  #size = 0;

  constructor(references: IntColumn) {
    this.#references = references;
  }

  get size(): number {
    return this.#size;
  }

  get limit(): number {
    return this.#references.length;
  }

  get bytes(): number {
    return this.#references.bytes;
  }

  /** A free id, with one reference. */
  acquire(): number {
    const id = this.#free < 0 ? this.#references.length : this.#free;
    if (this.#free >= 0) this.#free = -this.#references.get(id) - 1;
    this.#references.set(id, 1);
    this.#size += 1;
    return id;
  }

  /** @throws {@link CardeaError} `CARDEA_INVALID_ARGUMENT` for an id that is not in use */
  retain(id: number): void {
    this.check(id);
    this.#references.set(id, this.#references.get(id) + 1);
  }

  /** Whether that was the last reference: the id is then free. */
  release(id: number): boolean {
    this.check(id);
    const left = this.#references.get(id) - 1;
    this.#references.set(id, left > 0 ? left : -(this.#free + 1));
    if (left > 0) return false;
    this.#free = id;
    this.#size -= 1;
    return true;
  }

  check(id: number): void {
    if (id >= 0 && id < this.#references.length && this.#references.get(id) > 0) return;
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `no entry has the id ${id}`);
  }

  toArrays(): readonly Int32Array[] {
    return joinArrays([this.#free, this.#size], [this.#references.toArrays()]);
  }

  static fromArrays(arrays: readonly Int32Array[], allocate: Allocate = onHeap): IdPool {
    const { header, parts } = splitArrays(arrays, { header: 2, parts: 1 });
    const pool = new IdPool(IntColumn.fromArrays(parts[0] ?? [], allocate));
    pool.#free = header[0] as number;
    pool.#size = header[1] as number;
    return pool;
  }
}
