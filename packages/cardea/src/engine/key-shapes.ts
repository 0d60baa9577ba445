import type { Inquiry } from '../model/inquiry.ts';
import { formatHash, type Hash, hashAfter, hashText } from './key-hash.ts';
import { parseSlot, slotTokens } from './key-slot.ts';
import { KEYS_VERSION } from './keys-version.ts';
import { RESIDUAL_KEY } from './keys.ts';
import { MISSING, type Slot } from './slot.ts';

/** To look for more keys than this is hardly faster than to read everything. */
const MAX_KEYS = 1024;

/**
 * The shapes that a storage has keys of, ready to tell the keys of inquiries. They must be all that there are in
 * the state of the storage that is then asked: a shape too many costs a key, a shape too few misses policies.
 *
 * @example
 * ```ts
 * const shapes = new KeyShapes(await readShapes());
 * const keys = shapes.keysOf(inquiry); // … WHERE key IN (…), or all policies where it says 'everything'
 * ```
 */
export class KeyShapes {
  readonly #limit: number;
  readonly #slots: Slot[] = [];
  readonly #shapes: Shape[] = [];
  #readable = true;

  /**
   * @param shapes those of `keysOf` and `linkKeysOf`, in any order
   * @param options.limit how many keys an inquiry may ask for; 1,024 when absent
   */
  constructor(shapes: Iterable<string>, options: { readonly limit?: number } = {}) {
    this.#limit = options.limit ?? MAX_KEYS;
    const numbers = new Map<string, number>();
    const numberOf = (slot: Slot): number => {
      const name = JSON.stringify(slot);
      const number = numbers.get(name) ?? this.#slots.push(slot) - 1;
      numbers.set(name, number);
      return number;
    };
    for (const text of new Set(shapes)) {
      const parts = parseShape(text, numberOf);
      if (parts === undefined) this.#readable = false;
      else this.#shapes.push({ seed: hashText(text), parts });
    }
  }

  /**
   * The keys under which a storage finds whatever has a part in the decision of an inquiry, or word that all
   * policies must be taken: where a shape is of another version, or the keys would be more than the limit.
   */
  keysOf(inquiry: Inquiry): readonly string[] | 'everything' {
    if (!this.#readable) return 'everything';
    const tokens = this.#slots.map((slot) => tokensIn(slot, inquiry));
    const keys = [RESIDUAL_KEY];
    for (const { seed, parts } of this.#shapes) {
      if (keys.length + countKeys(parts, tokens) > this.#limit) return 'everything';
      addKeys(keys, seed, parts, 0, tokens);
    }
    return keys;
  }
}

interface Shape {
  readonly seed: Hash;
  readonly parts: readonly Part[];
}

interface Part {
  readonly slot: number;
  readonly missing: boolean;
}

interface Tokens {
  readonly missing: boolean;
  readonly hashes: readonly Hash[];
}

function tokensIn(slot: Slot, inquiry: Inquiry): Tokens {
  const tokens = slotTokens(slot, inquiry);
  const missing = tokens.includes(MISSING);
  return { missing, hashes: (missing ? tokens.filter((token) => token !== MISSING) : tokens).map(hashText) };
}

function countKeys(parts: readonly Part[], tokens: readonly Tokens[]): number {
  let count = 1;
  for (const part of parts) {
    const { missing, hashes } = tokens[part.slot] as Tokens;
    count *= part.missing ? Number(missing) : hashes.length;
  }
  return count;
}

function addKeys(keys: string[], hash: Hash, parts: readonly Part[], from: number, tokens: readonly Tokens[]): void {
  const part = parts[from];
  if (part === undefined) {
    keys.push(formatHash(hash));
    return;
  }
  const { missing, hashes } = tokens[part.slot] as Tokens;
  if (!part.missing) for (const token of hashes) addKeys(keys, hashAfter(hash, token), parts, from + 1, tokens);
  else if (missing) addKeys(keys, hash, parts, from + 1, tokens);
}

function parseShape(text: string, numberOf: (slot: Slot) => number): readonly Part[] | undefined {
  const [version, ...slots] = parseList(text);
  if (version !== KEYS_VERSION || slots.length === 0) return undefined;
  const parts: Part[] = [];
  for (const data of slots) {
    const parsed = parseSlot(data);
    if (parsed === undefined) return undefined;
    parts.push({ slot: numberOf(parsed.slot), missing: parsed.missing });
  }
  return parts;
}

function parseList(text: string): readonly unknown[] {
  try {
    const data: unknown = JSON.parse(text);
    return Array.isArray(data) ? data : [];
  } catch {
    // Nobody but keysOf writes shapes: what is no JSON is as unknown as another version.
    return [];
  }
}
