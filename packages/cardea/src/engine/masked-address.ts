/**
 * The first bits of an address as a text.
 *
 * @param words as in `Address`
 * @param bits a multiple of 8
 */
export function maskedAddress(words: readonly number[], bits: number): string {
  let text = '';
  for (let at = 0; at < bits; at += 8) {
    text += String.fromCharCode(((words[at >>> 5] as number) >>> (24 - (at & 31))) & 0xff);
  }
  return text;
}
