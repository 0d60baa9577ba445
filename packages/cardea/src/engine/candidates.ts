/** The policies that a search has found so far, by number. */
export class Candidates {
  /** Longer than `count`: what is behind it means nothing. */
  numbers: Int32Array = new Int32Array(64);
  count = 0;

  /** Makes room for so many more. */
  reserve(more: number): void {
    const needed = this.count + more;
    if (needed <= this.numbers.length) return;
    const larger = new Int32Array(Math.max(needed, this.numbers.length * 2));
    larger.set(this.numbers.subarray(0, this.count));
    this.numbers = larger;
  }
}
