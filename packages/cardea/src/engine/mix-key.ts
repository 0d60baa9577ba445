/** Spreads a 32-bit key over all bits of a hash. A bijection: two keys have two hashes. */
export function mixKey(key: number): number {
  let mixed = Math.imul(key ^ (key >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The key that {@link mixKey} made a hash of. */
export function unmixKey(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x7ed1b41d);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ (mixed >>> 26), 0xa5cb9243);
  return mixed ^ (mixed >>> 16);
}
