// TEMPORARY STUB (IPv4 and a bit of IPv6)
export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}
export interface Network extends Address {
  readonly prefix: number;
}
export function parseAddress(given: string): Address | undefined {
  const text = given.replace(/^::ffff:(?=\d+\.)/i, '');
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.').map(Number);
    return parts.some((p) => p > 255)
      ? undefined
      : { family: 4, bits: parts.reduce((all, p) => all * 256n + BigInt(p), 0n) };
  }
  if (!/^[0-9a-f:]+$/i.test(text) || !text.includes(':')) return undefined;
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const parts = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  return parts.length !== 8
    ? undefined
    : { family: 6, bits: parts.reduce((all, p) => all * 65536n + BigInt(Number.parseInt(p, 16)), 0n) };
}
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === undefined) return undefined;
  const size = parsed.family === 4 ? 32 : 128;
  const prefix = length === undefined ? size : Number(length);
  const host = BigInt(size - prefix);
  return (parsed.bits >> host) << host === parsed.bits ? { ...parsed, prefix } : undefined;
}
export function networkContains(network: Network, address: Address): boolean {
  const host = BigInt((network.family === 4 ? 32 : 128) - network.prefix);
  return network.family === address.family && network.bits >> host === address.bits >> host;
}
