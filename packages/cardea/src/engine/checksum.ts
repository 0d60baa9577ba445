const PRIME = 0x9e3779b1;

/**
 * A checksum of words, to tell damage and not malice: any change within one word changes it. Four lanes, so that
 * it runs at the speed of memory.
 */
export function checksum(words: Int32Array, from: number, to: number): number {
  let a = 0x243f6a88;
  let b = 0x13198a2e;
  let c = 0x2299f31d;
  let d = 0x082efa98;
  let at = from | 0;
  // Written out, and over integers of 32 bits: 1.1 instead of 1.5 ns a word.
  for (const end = (to - 3) | 0; at < end; at = (at + 4) | 0) {
    a = Math.imul(a ^ (words[at] as number), PRIME);
    a ^= a >>> 15;
    b = Math.imul(b ^ (words[at + 1] as number), PRIME);
    b ^= b >>> 15;
    c = Math.imul(c ^ (words[at + 2] as number), PRIME);
    c ^= c >>> 15;
    d = Math.imul(d ^ (words[at + 3] as number), PRIME);
    d ^= d >>> 15;
  }
  for (; at < to; at++) a = step(a, words[at] as number);
  return step(step(step(step(to - from, a), b), c), d);
}

// For one lane a bijection of either argument: a changed word leaves a changed lane.
function step(lane: number, word: number): number {
  const mixed = Math.imul(lane ^ word, PRIME);
  return mixed ^ (mixed >>> 15);
}
