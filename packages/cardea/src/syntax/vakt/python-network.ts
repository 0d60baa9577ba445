import { isTuple, type Python } from './python-value.ts';

/** A block of addresses, as Python's `ipaddress` reads it. */
export interface PythonNetwork {
  readonly version: 4 | 6;
  readonly bits: bigint;
  readonly prefix: number;
}

/**
 * The network that a rule of vakt names, as `ipaddress.ip_network` of Python 3.9.5 and later reads it: a text
 * with a prefix, a netmask or a host mask, an integer, or a tuple of address and prefix. Undefined where
 * Python refuses it (host bits are set, for one): such a rule never matches.
 */
export function pythonNetwork(value: Python): PythonNetwork | undefined {
  if (typeof value === 'string') {
    const [address = '', mask, ...more] = value.split('/');
    return more.length > 0 ? undefined : network(parseAddress(address), mask);
  }
  if (typeof value === 'bigint' || typeof value === 'boolean') return network(fromInteger(BigInt(value)), undefined);
  if (!isTuple(value) || value.items.length < 1 || value.items.length > 2) return undefined;
  const [address = null, mask] = value.items;
  const parsed =
    typeof address === 'string'
      ? parseAddress(address)
      : typeof address === 'bigint' || typeof address === 'boolean'
        ? fromInteger(BigInt(address))
        : undefined;
  if (mask === undefined || typeof mask === 'string') return network(parsed, mask);
  return typeof mask === 'bigint' || typeof mask === 'boolean' ? network(parsed, BigInt(mask).toString()) : undefined;
}

/** The address that a text names, as `ipaddress.ip_address` reads it; the scope of an IPv6 address is dropped. */
export function parseAddress(text: string): PythonNetwork | undefined {
  const four = parseFour(text);
  if (four !== undefined) return { version: 4, bits: four, prefix: 32 };
  const [address = '', ...scopes] = text.split('%');
  if (scopes.length > 1 || scopes[0] === '' || text.includes('/')) return undefined;
  const six = parseSix(address);
  return six === undefined ? undefined : { version: 6, bits: six, prefix: 128 };
}

/** Whether a network holds an address; those of different versions never meet. */
export function networkHolds(block: PythonNetwork, address: PythonNetwork): boolean {
  const host = BigInt(lengthOf(block) - block.prefix);
  return block.version === address.version && block.bits >> host === address.bits >> host;
}

/** The text of a network that every reader of CIDR notation takes. */
export function networkText({ version, bits, prefix }: PythonNetwork): string {
  const parts = version === 4 ? split(bits, 4, 8).map(String) : split(bits, 8, 16).map((part) => part.toString(16));
  return `${parts.join(version === 4 ? '.' : ':')}/${prefix}`;
}

function split(bits: bigint, count: number, size: number): readonly number[] {
  return Array.from({ length: count }, (_, at) =>
    Number(BigInt.asUintN(size, bits >> BigInt((count - 1 - at) * size))),
  );
}

function network(address: PythonNetwork | undefined, mask: string | undefined): PythonNetwork | undefined {
  if (address === undefined) return undefined;
  const prefix = mask === undefined ? address.prefix : prefixOf(mask, address);
  if (prefix === undefined) return undefined;
  const host = BigInt(lengthOf(address) - prefix);
  return (address.bits >> host) << host === address.bits ? { ...address, prefix } : undefined;
}

function prefixOf(mask: string, address: PythonNetwork): number | undefined {
  if (/^\d+$/.test(mask)) return Number(mask) <= lengthOf(address) ? Number(mask) : undefined;
  const bits = address.version === 4 ? parseFour(mask) : undefined;
  return bits === undefined ? undefined : (onesBefore(bits) ?? onesBefore(bits ^ 0xffffffffn));
}

/** The number of leading ones where only zeros follow them. */
function onesBefore(bits: bigint): number | undefined {
  const ones = bits.toString(2).padStart(32, '0').replace(/0*$/, '').length;
  return bits === (0xffffffffn << BigInt(32 - ones)) % (1n << 32n) ? ones : undefined;
}

function fromInteger(value: bigint): PythonNetwork | undefined {
  if (value < 0n || value >> 128n > 0n) return undefined;
  return value >> 32n === 0n ? { version: 4, bits: value, prefix: 32 } : { version: 6, bits: value, prefix: 128 };
}

function parseFour(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255))
    return undefined;
  return octets.reduce((bits, octet) => bits * 256n + BigInt(octet), 0n);
}

function parseSix(text: string): bigint | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/s.exec(text);
  const four = embedded === null ? undefined : parseFour(embedded[2] as string);
  if (embedded !== null && four === undefined) return undefined;
  const plain =
    four === undefined ? text : `${embedded?.[1]}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const zeros = 8 - head.length - (tail ?? []).length;
  if (tail === undefined ? zeros !== 0 : zeros < 1) return undefined;
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...(tail ?? [])];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? groups.reduce((bits, group) => bits * 65536n + BigInt(`0x${group}`), 0n)
    : undefined;
}

function lengthOf({ version }: PythonNetwork): number {
  return version === 4 ? 32 : 128;
}
