/** Numbers from 0 to below 1, the same ones for the same seed (Marsaglia's xorshift32). */
export type Random = () => number;

/** The seed of everything that `npm run bench` makes: with it, every run asks the same of the same policies. */
export const SEED = 20261122;

/** The numbers of one thing: of policy 17 of a workload, or of the inquiries of its third round. */
export function randomOf(name: string, number: number): Random {
  let seed = SEED ^ number;
  for (let at = 0; at < name.length; at++) seed = Math.imul(seed ^ name.charCodeAt(at), 0x01000193);
  let state = Math.imul(seed ^ (number << 7), 0x9e3779b1) || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  // The first numbers of similar seeds are similar.
  for (let at = 0; at < 8; at++) next();
  return next;
}

/** A whole number from 0 to below the limit. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** One of a list. */
export function pick<T>(random: Random, from: readonly T[]): T {
  return from[below(random, from.length)] as T;
}

/** A number below the limit, small ones oftener: a power law of exponent one half, by inversion. */
export function zipf(random: Random, limit: number): number {
  return Math.floor(limit * random() ** 2);
}

/** Lower-case letters. */
export function letters(random: Random, count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(97 + below(random, 26))).join('');
}
