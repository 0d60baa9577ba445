/** How often which sizes occur, in classes that double: 0, 1, 2–3, 4–7 and so on. */
export class Histogram {
  readonly #counts: number[] = Array.from({ length: 33 }, () => 0);

  add(size: number): void {
    const at = 32 - Math.clz32(size);
    this.#counts[at] = (this.#counts[at] as number) + 1;
  }

  /** The count of each class, up to the last that is not empty. */
  get counts(): readonly number[] {
    return this.#counts.slice(0, this.#counts.findLastIndex((count) => count > 0) + 1);
  }
}
