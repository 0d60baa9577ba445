import { canonicalJson, type Json } from './json.ts';

/**
 * The SHA-256 of a value's canonical JSON, as 64 hexadecimal digits: equal values have one digest,
 * whatever the order of their members. Synchronous and the same in every runtime.
 *
 * Source: FIPS 180-4 §6.2.
 *
 * @example
 * ```ts
 * digest({ b: 1, a: 2 }) === digest({ a: 2, b: 1 }); // true
 * ```
 */
export function digest(value: Json): string {
  return sha256(new TextEncoder().encode(canonicalJson(value)));
}

const PRIMES = firstPrimes(64);
const ROUND = Uint32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const INITIAL = Uint32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

function sha256(bytes: Uint8Array): string {
  const state = INITIAL.slice();
  const padded = pad(bytes);
  const words = new Uint32Array(64);
  for (let offset = 0; offset < padded.byteLength; offset += 64) {
    for (let at = 0; at < 16; at++) words[at] = padded.getUint32(offset + at * 4);
    expand(words);
    compress(state, words);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

function pad(bytes: Uint8Array): DataView {
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(padded.length - 4, bytes.length << 3);
  return view;
}

function expand(words: Uint32Array): void {
  for (let at = 16; at < 64; at++) {
    const a = word(words, at - 15);
    const b = word(words, at - 2);
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    words[at] = word(words, at - 16) + s0 + word(words, at - 7) + s1;
  }
}

function compress(state: Uint32Array, words: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + word(ROUND, at) + word(words, at)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  for (const [at, add] of [a, b, c, d, e, f, g, h].entries()) state[at] = word(state, at) + add;
}

function word(words: Uint32Array, at: number): number {
  return words[at] as number;
}

function rotate(bits: number, by: number): number {
  return (bits >>> by) | (bits << (32 - by));
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 0x100000000) >>> 0;
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
