import { describe, expect, it } from 'vitest';
import { networkText, parseAddress, pythonNetwork } from './python-network.ts';
import { pythonText } from './python-text.ts';
import type { Python } from './python-value.ts';

describe('the text of a value of Python', () => {
  // Checked against str() of Python 3.11.
  it.each<[Python, string]>([
    [null, 'None'],
    [true, 'True'],
    [10n ** 22n, '10000000000000000000000'],
    [1.5, '1.5'],
    [1e-7, '1e-07'],
    [0.0001, '0.0001'],
    [123456789.123, '123456789.123'],
    [1.5e16, '1.5e+16'],
    ['a', 'a'],
    [['a', "it's", 'say "x"', `both'"`], `['a', "it's", 'say "x"', 'both\\'"']`],
    [['\n\\\x7f\u200b\u{10ffff}é😀'], "['\\n\\\\\\x7f\\u200b\\U0010ffffé😀']"],
    [
      new Map<string, Python>([
        ['a', null],
        ['b', [1n]],
      ]),
      "{'a': None, 'b': [1]}",
    ],
    [{ py: 'tuple', items: [1n] }, '(1,)'],
    [{ py: 'tuple', items: [] }, '()'],
    [{ py: 'set', items: [] }, 'set()'],
    [{ py: 'bytes', base64: 'aXQncwD/' }, 'b"it\'s\\x00\\xff"'],
  ])('%o is %s', (value, text) => {
    expect(pythonText(value)).toBe(text);
  });
});

describe('a network of Python', () => {
  // Checked against ipaddress.ip_network() of Python 3.11.
  it.each<[Python, string | undefined]>([
    ['10.0.0.0/255.0.0.0', '10.0.0.0/8'],
    ['10.0.0.0/0.0.0.255', '10.0.0.0/24'],
    ['10.0.0.0/255.0.255.0', undefined],
    ['10.0.0.0/08', '10.0.0.0/8'],
    ['10.0.0.1/8', undefined],
    ['010.0.0.0/8', undefined],
    ['fe80::%eth0/10', 'fe80:0:0:0:0:0:0:0/10'],
    ['::1.2.3.4', '0:0:0:0:0:0:102:304/128'],
    [5n, '0.0.0.5/32'],
    [4294967296n, '0:0:0:0:0:1:0:0/128'],
    [-1n, undefined],
    [{ py: 'tuple', items: ['10.0.0.0', 8n] }, '10.0.0.0/8'],
    [['10.0.0.0', 8n], undefined],
    [null, undefined],
  ])('%o is %s', (value, text) => {
    const network = pythonNetwork(value);
    expect(network === undefined ? undefined : networkText(network)).toBe(text);
  });

  it.each(['10.0.0.01', '10.1', ' 10.0.0.1', '1::2::3', '1:2:3:4:5:6:7', '::%', '::%a%b', '::%a/8', ''])(
    '%s is no address',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );
});
