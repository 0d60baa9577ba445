import { quote } from '../errors.ts';

const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** An IP address: one word of 32 bits for IPv4, four for IPv6, the most significant first. */
export interface Address {
  readonly family: 4 | 6;
  readonly words: readonly number[];
}

/** The addresses whose first `prefix` bits are those of `words`; the other bits of `words` are zero. */
export interface Network extends Address {
  readonly prefix: number;
}

/**
 * Reads an IPv4 or IPv6 address. Strict: four decimal octets without leading zeros, or the text forms of
 * RFC 4291 §2.2; a zone (`fe80::1%eth0`, RFC 4007 §11) is read over. An IPv4-mapped address
 * (`::ffff:10.0.0.1`) is the IPv4 address, whatever socket it came through.
 *
 * @example
 * ```ts
 * parseAddress('10.0.0.1'); // { family: 4, words: [0x0a000001] }
 * parseAddress('10.0.0.01'); // undefined
 * ```
 */
export function parseAddress(text: string): Address | undefined {
  // Most are IPv4, and then neither a zone nor a colon is to be looked for.
  const words = parseIpv4(text);
  if (words !== undefined) return { family: 4, words };
  const zone = text.indexOf('%');
  if (zone < 0) return unmapped(parseBits(text));
  const bits = /^[\w.~-]+$/.test(text.slice(zone + 1)) ? parseBits(text.slice(0, zone)) : undefined;
  return bits?.family === 6 ? unmapped(bits) : undefined;
}

/**
 * Reads a network in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3), or a single address. Netmasks, zones
 * and bits set beyond the prefix are refused. A network of IPv4-mapped addresses is the IPv4 network.
 *
 * @example
 * ```ts
 * parseNetwork('10.0.0.0/8'); // { family: 4, words: [0x0a000000], prefix: 8 }
 * parseNetwork('10.0.0.1/8'); // undefined
 * ```
 */
export function parseNetwork(text: string): Network | undefined {
  const network = readNetwork(text);
  return typeof network === 'string' ? undefined : network;
}

/**
 * Why a text is no network, or undefined.
 *
 * @example
 * ```ts
 * networkProblem('10.0.0.1/8'); // '`10.0.0.1/8` is no network because bits are set beyond its prefix, unlike in `10.0.0.0/8`'
 * ```
 */
export function networkProblem(text: string): string | undefined {
  const network = readNetwork(text);
  return typeof network === 'string' ? `${quote(text)} ${network}` : undefined;
}

/**
 * Whether an address is in a network; false for one of the other family.
 *
 * @example
 * ```ts
 * const [network, address] = [parseNetwork('10.0.0.0/8'), parseAddress('10.1.2.3')];
 * if (network !== undefined && address !== undefined) networkContains(network, address); // true
 * ```
 */
export function networkContains(network: Network, address: Address): boolean {
  return (
    network.family === address.family &&
    network.words.every((word, at) => maskedWord(address.words[at] as number, at, network.prefix) === word)
  );
}

function readNetwork(text: string): Network | string {
  const slash = text.indexOf('/');
  const address = parseBits(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return 'is no network such as `10.0.0.0/8` or `2001:db8::/32`';
  const size = address.words.length * 32;
  const digits = slash < 0 ? String(size) : text.slice(slash + 1);
  const prefix = Number(digits);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(digits) || prefix > size)
    return `is no network because its prefix is no number from 0 to ${size}`;
  const words = address.words.map((word, at) => maskedWord(word, at, prefix));
  if (words.some((word, at) => word !== address.words[at]))
    return `is no network because bits are set beyond its prefix, unlike in ${quote(`${formatWords(words)}/${prefix}`)}`;
  if (!isMapped(words) || prefix < 96) return { family: address.family, words, prefix };
  return { family: 4, words: words.slice(3), prefix: prefix - 96 };
}

/** The bits of a word that the prefix of its network covers, where `at` is the number of the word. */
function maskedWord(word: number, at: number, prefix: number): number {
  const covered = Math.min(32, Math.max(0, prefix - at * 32));
  // A shift by 32 is one by 0 in JavaScript.
  return covered === 0 ? 0 : (word & (-1 << (32 - covered))) >>> 0;
}

function parseBits(text: string): Address | undefined {
  const family = text.includes(':') ? 6 : 4;
  const words = family === 6 ? parseIpv6(text) : parseIpv4(text);
  return words === undefined ? undefined : { family, words };
}

function parseIpv4(text: string): readonly number[] | undefined {
  const { length } = text;
  let word = 0;
  let octets = 0;
  let octet = -1;
  for (let at = 0; at <= length; at++) {
    const unit = at < length ? text.charCodeAt(at) : DOT;
    if (unit === DOT) {
      if (octet < 0 || octets === 4) return undefined;
      word = word * 256 + octet;
      octets += 1;
      octet = -1;
    } else {
      // No digit follows a zero that leads.
      if (unit < ZERO || unit > NINE || octet === 0) return undefined;
      octet = (octet < 0 ? 0 : octet * 10) + unit - ZERO;
      if (octet > 255) return undefined;
    }
  }
  return octets === 4 ? [word] : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const [head = '', tail, more] = text.split('::', 3);
  const left = parseGroups(head, tail === undefined);
  const right = parseGroups(tail ?? '', true);
  if (left === undefined || right === undefined || more !== undefined) return undefined;
  const missing = 8 - left.length - right.length;
  // `::` stands for at least one group.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => 0), ...right];
  return [0, 2, 4, 6].map((at) => (groups[at] as number) * 0x10000 + (groups[at + 1] as number));
}

// The last two groups of an address may be written as IPv4.
function parseGroups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':', 9);
  const ipv4 = last && text.includes('.') ? parseIpv4(parts.pop() as string) : [];
  if (ipv4 === undefined || parts.some((part) => !/^[0-9A-Fa-f]{1,4}$/.test(part))) return undefined;
  return [
    ...parts.map((part) => Number.parseInt(part, 16)),
    ...ipv4.flatMap((word) => [Math.floor(word / 0x10000), word % 0x10000]),
  ];
}

function unmapped(address: Address | undefined): Address | undefined {
  return address !== undefined && isMapped(address.words) ? { family: 4, words: address.words.slice(3) } : address;
}

/** Whether the bits are those of ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
function isMapped(words: readonly number[]): boolean {
  return words.length === 4 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

function formatWords(words: readonly number[]): string {
  const [only] = words;
  if (words.length === 1 && only !== undefined) return [24, 16, 8, 0].map((shift) => (only >>> shift) & 0xff).join('.');
  return words
    .flatMap((word) => [word >>> 16, word & 0xffff])
    .map((group) => group.toString(16))
    .join(':');
}
