/** 64 bits of a text, as two integers of 32. */
export interface Hash {
  readonly high: number;
  readonly low: number;
}

/** Hashes a text by its UTF-16 units: the same in every process. Not made to withstand whoever looks for collisions. */
export function hashText(text: string): Hash {
  let high = 0x243f6a88;
  let low = 0x13198a2e;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = step(high, unit, 0xcc9e2d51);
    low = step(low, unit, 0x85ebca77);
  }
  return mixed(high ^ text.length, low ^ text.length);
}

/** The hash of a sequence of which all but the last element is hashed already. */
export function hashAfter(before: Hash, { high, low }: Hash): Hash {
  return mixed(step(before.high, high, 0xcc9e2d51), step(before.low, low, 0x85ebca77));
}

/** 16 hexadecimal digits. */
export function formatHash({ high, low }: Hash): string {
  return digits(high) + digits(low);
}

// Each lane is a bijection of its state for one unit, and of the unit for one state.
function step(state: number, unit: number, multiplier: number): number {
  const lane = state ^ Math.imul(unit, multiplier);
  return (Math.imul((lane << 13) | (lane >>> 19), 5) + 0x52dce729) | 0;
}

// Both halves depend on both lanes.
function mixed(high: number, low: number): Hash {
  const first = avalanche(high + Math.imul(low, 0x9e3779b1));
  return { high: first, low: avalanche(low ^ first) };
}

function avalanche(word: number): number {
  const half = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const most = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return most ^ (most >>> 16);
}

const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function digits(word: number): string {
  return (
    (BYTES[word >>> 24] as string) +
    (BYTES[(word >>> 16) & 0xff] as string) +
    (BYTES[(word >>> 8) & 0xff] as string) +
    (BYTES[word & 0xff] as string)
  );
}
