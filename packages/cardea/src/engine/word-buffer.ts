const SMALL = 256;
const LARGE = 1 << 16;

/** Words that are written one after the other, over and over in the same memory. */
export class WordBuffer {
  words: Int32Array = new Int32Array(SMALL);
  length = 0;

  push(word: number): void {
    if (this.length === this.words.length) this.#grow();
    this.words[this.length] = word;
    this.length += 1;
  }

  /** Forgets what was written, and memory that only a very long text took. */
  clear(): void {
    this.length = 0;
    if (this.words.length > LARGE) this.words = new Int32Array(SMALL);
  }

  #grow(): void {
    const grown = new Int32Array(this.words.length * 2);
    grown.set(this.words);
    this.words = grown;
  }
}
