// Numbers as bytes of seven bits, the lowest first, of which all but the last have the eighth bit set.
const MORE = 0x80;

/** Writes small numbers into few words of 32 bits. */
export class WordWriter {
  readonly #words: number[] = [];
  #bytes = 0;

  /** @param number 0 to 2³¹ − 1 */
  push(number: number): void {
    let rest = number;
    for (; rest >= MORE; rest >>>= 7) this.#pushByte((rest & (MORE - 1)) | MORE);
    this.#pushByte(rest);
  }

  /** What was written, followed by zeros up to a whole word. */
  get words(): readonly number[] {
    return this.#words;
  }

  #pushByte(byte: number): void {
    const at = this.#bytes >> 2;
    const bits = byte << ((this.#bytes & 3) << 3);
    if (at === this.#words.length) this.#words.push(bits);
    else this.#words[at] = (this.#words[at] as number) | bits;
    this.#bytes += 1;
  }
}

/** Reads what a {@link WordWriter} wrote, and then zeros. */
export class WordReader {
  readonly #words: Int32Array;
  readonly #end: number;
  #at: number;

  /** @param end the word after the last one */
  constructor(words: Int32Array, from: number, end: number) {
    this.#words = words;
    this.#at = from << 2;
    this.#end = end << 2;
  }

  next(): number {
    let number = 0;
    for (let shift = 0; this.#at < this.#end; shift += 7) {
      const byte = ((this.#words[this.#at >> 2] as number) >>> ((this.#at & 3) << 3)) & 0xff;
      this.#at += 1;
      number |= (byte & (MORE - 1)) << shift;
      if (byte < MORE) break;
    }
    return number;
  }
}
