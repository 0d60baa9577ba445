import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { type Address, networkContains, networkProblem, parseAddress, parseNetwork } from './network.ts';

const octets = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });
const bytes = fc.oneof(
  octets,
  fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { minLength: 16, maxLength: 16 }),
  octets.map((last) => [...Array.from({ length: 10 }, () => 0), 255, 255, ...last]),
);
const address = bytes.map((of) => ipaddr.fromByteArray(of));
const addressText = fc
  .tuple(address, fc.nat(2))
  .map(([of, form]) => [of.toString(), of.toNormalizedString(), of.toString().toUpperCase()][form] as string);

/** What is almost an address: pieces of addresses in any order, and perhaps a zone. */
const pieces = [':', '::', '.', '0', '1', '01', '255', '256', 'ffff', '1:2:3', '1.2.3', '10.0.0.1', ' ', 'g'] as const;
const nearlyAddress = fc
  .tuple(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), fc.constantFrom('', '', '', '%eth0', '%'))
  .map(([parts, zone]) => parts.join('') + zone);

describe('parseAddress', () => {
  test('agrees with ipaddr.js on every address', () => {
    fc.assert(
      fc.property(addressText, (text) => {
        expect(parseAddress(text)).toEqual(wordsOf(ipaddr.process(text)));
      }),
    );
  });

  test('accepts what ipaddr.js accepts, but for short and leading-zero forms of IPv4', () => {
    fc.assert(
      fc.property(nearlyAddress, (text) => {
        // ipaddr.js takes ::10.0.0.1 for ::ffff:10.0.0.1; RFC 4291 §2.5.5.1 has it as an address of its own.
        fc.pre(!/^::\d+\./.test(text));
        const parsed = parseAddress(text);
        if (!ipaddr.isValid(text)) expect(parsed).toBeUndefined();
        else if (isStrict(text)) expect(parsed).toEqual(wordsOf(ipaddr.process(text)));
        else expect(parsed).toBeUndefined();
      }),
    );
  });

  test.each([
    ['10.0.0.1', 4, [0x0a000001]],
    ['255.255.255.255', 4, [0xffffffff]],
    ['::', 6, [0, 0, 0, 0]],
    ['2001:DB8::1', 6, [0x20010db8, 0, 0, 1]],
    ['1:2:3:4:5:6:7:8', 6, [0x10002, 0x30004, 0x50006, 0x70008]],
    ['1:2:3:4:5:6:7::', 6, [0x10002, 0x30004, 0x50006, 0x70000]],
    ['64:ff9b::192.0.2.33', 6, [0x64ff9b, 0, 0, 0xc0000221]],
    ['::10.0.0.1', 6, [0, 0, 0, 0x0a000001]],
    ['::ffff:10.0.0.1', 4, [0x0a000001]],
    ['::ffff:a00:1', 4, [0x0a000001]],
    ['::ffff:10.0.0.1%1', 4, [0x0a000001]],
    ['fe80::1%eth0.2', 6, [0xfe800000, 0, 0, 1]],
  ])('reads %s', (text, family, words) => {
    expect(parseAddress(text)).toEqual({ family, words });
  });

  test.each([
    '',
    '10',
    '10.1',
    '10.0.1',
    '10.0.0.0.1',
    '10.0.0.01',
    '10.0.0.256',
    '10.0.0.-1',
    '0x0a.0.0.1',
    '10.0.0.1 ',
    ' 10.0.0.1',
    '10.0.0.1\n',
    '１０.0.0.1',
    '10.0.0.1%eth0',
    '10.0.0.1/32',
    ':',
    ':::',
    ':1',
    '1:',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::12345',
    '::g',
    '1.2.3.4::',
    '::1.2.3',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    'fe80::1%',
    'fe80::1%a b',
    '[::1]',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe('parseNetwork', () => {
  test.each([
    ['10.0.0.0/8', { family: 4, words: [0x0a000000], prefix: 8 }],
    ['10.1.2.3', { family: 4, words: [0x0a010203], prefix: 32 }],
    ['0.0.0.0/0', { family: 4, words: [0], prefix: 0 }],
    ['2001:db8::/33', { family: 6, words: [0x20010db8, 0, 0, 0], prefix: 33 }],
    ['::1', { family: 6, words: [0, 0, 0, 1], prefix: 128 }],
    ['::ffff:10.0.0.0/104', { family: 4, words: [0x0a000000], prefix: 8 }],
  ])('reads %s', (text, network) => {
    expect(parseNetwork(text)).toEqual(network);
    expect(networkProblem(text)).toBeUndefined();
  });

  test.each([
    ['10.0.0.1/8', '`10.0.0.1/8` is no network because bits are set beyond its prefix, unlike in `10.0.0.0/8`'],
    [
      '2001:db8::1/32',
      '`2001:db8::1/32` is no network because bits are set beyond its prefix, unlike in `2001:db8:0:0:0:0:0:0/32`',
    ],
    ['10.0.0.0/33', '`10.0.0.0/33` is no network because its prefix is no number from 0 to 32'],
    ['::/129', '`::/129` is no network because its prefix is no number from 0 to 128'],
    ['10.0.0.0/', '`10.0.0.0/` is no network because its prefix is no number from 0 to 32'],
    ['10.0.0.0/08', '`10.0.0.0/08` is no network because its prefix is no number from 0 to 32'],
    ['10.0.0.0/+8', '`10.0.0.0/+8` is no network because its prefix is no number from 0 to 32'],
    ['10.0.0.0/8/8', '`10.0.0.0/8/8` is no network because its prefix is no number from 0 to 32'],
    ['10.0.0.0/255.0.0.0', '`10.0.0.0/255.0.0.0` is no network because its prefix is no number from 0 to 32'],
    ['10/8', '`10/8` is no network such as `10.0.0.0/8` or `2001:db8::/32`'],
    ['fe80::%eth0/64', '`fe80::%eth0/64` is no network such as `10.0.0.0/8` or `2001:db8::/32`'],
    ['', '`` is no network such as `10.0.0.0/8` or `2001:db8::/32`'],
  ])('refuses %j and says why', (text, problem) => {
    expect(parseNetwork(text)).toBeUndefined();
    expect(networkProblem(text)).toBe(problem);
  });
});

describe('networkContains', () => {
  test('agrees with ipaddr.js', () => {
    const sample = fc.tuple(address, fc.nat(128), address, fc.boolean());
    fc.assert(
      fc.property(sample, ([of, length, other, near]) => {
        const base = of.toByteArray();
        const prefix = Math.min(length, base.length * 8);
        const network = ipaddr.fromByteArray(base.map((byte, at) => byte & maskOfByte(at, prefix)));
        // An address of the network, or any.
        const mixed = base.map(
          (byte, at) =>
            (byte & maskOfByte(at, prefix)) | (~maskOfByte(at, prefix) & (other.toByteArray()[at % 4] ?? 0)),
        );
        const probe = ipaddr.process((near ? ipaddr.fromByteArray(mixed) : other).toString());
        const [peer, bits] = mappedNetwork(network, prefix);
        const expected = probe.kind() === peer.kind() && probe.match([peer, bits] as [ipaddr.IPv4, number]);
        const parsed = parseNetwork(`${network.toString()}/${prefix}`);
        const address = parseAddress(probe.toString());
        expect(parsed !== undefined && address !== undefined && networkContains(parsed, address)).toBe(expected);
      }),
    );
  });

  test('does not mix the families', () => {
    expect(contains('0.0.0.0/0', '::1')).toBe(false);
    expect(contains('::/0', '10.0.0.1')).toBe(false);
    expect(contains('10.0.0.0/8', '::ffff:10.2.3.4')).toBe(true);
  });
});

function contains(network: string, address: string): boolean {
  return networkContains(parseNetwork(network) ?? fail(network), parseAddress(address) ?? fail(address));
}

function fail(text: string): never {
  throw new Error(text);
}

function wordsOf(address: ipaddr.IPv4 | ipaddr.IPv6): Address {
  const of = address.toByteArray();
  const words = Array.from({ length: of.length / 4 }, (_, at) =>
    of.slice(at * 4, at * 4 + 4).reduce((all, byte) => all * 256 + byte, 0),
  );
  return { family: address.kind() === 'ipv4' ? 4 : 6, words };
}

function maskOfByte(at: number, prefix: number): number {
  return (0xff00 >> Math.min(8, Math.max(0, prefix - at * 8))) & 0xff;
}

// As addresses are read: mapped ones are IPv4.
function mappedNetwork(network: ipaddr.IPv4 | ipaddr.IPv6, prefix: number): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (network.kind() === 'ipv4' || prefix < 96) return [network, prefix];
  const peer = network as ipaddr.IPv6;
  return peer.isIPv4MappedAddress() ? [peer.toIPv4Address(), prefix - 96] : [network, prefix];
}

function isStrict(text: string): boolean {
  const octets = text.split('%')[0]?.split(':').at(-1)?.split('.') ?? [];
  const wholeIpv6 = text.includes(':') && !text.includes('.');
  return wholeIpv6 || (octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d*)$/.test(octet)));
}
