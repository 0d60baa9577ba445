import { type Attack, attack, type Asked, EVALUATION, PERMITTED } from './attack.ts';
import { BODY_LIMIT } from './target-options.ts';

const TEXT = JSON.stringify(PERMITTED);
const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const withContext = (context: string): string => TEXT.replace(/\}$/, `,"context":${context}}`);
const refused = (name: string, body: string | Uint8Array): Attack => attack(name, 400, { body });
const ofType = (name: string, type: string | undefined, asked: Asked = {}): Attack =>
  attack(name, 400, { type, ...asked });

/** Bodies that another reader of JSON might read otherwise, or that cost more than they are worth. */
export const BODY_ATTACKS: readonly Attack[] = [
  refused('nothing', ''),
  refused('white space', ' \n'),
  refused('half an object', '{"subject":'),
  refused('two objects', `${TEXT}${TEXT}`),
  refused('a list', `[${TEXT}]`),
  refused('a comment', `${TEXT.slice(0, -1)}/* */}`),
  refused('a comma at the end', `${TEXT.slice(0, -1)},}`),
  refused('single quotes', TEXT.replaceAll('"', "'")),
  refused('a subject twice', TEXT.replace('{', '{"subject":{"type":"user","id":"eve"},')),
  refused('an id twice, once with an escape', TEXT.replace('"id":"alice"', '"id":"eve","\\u0069d":"alice"')),
  refused('a member twice far below', withContext('[{"a":[{"b":1,"b":2}]}]')),
  refused('`__proto__` twice', withContext('{"__proto__":{},"__proto__":{}}')),
  refused('half a surrogate pair', TEXT.replace('alice', '\\ud800')),
  refused('the other half of a surrogate pair', TEXT.replace('alice', '\\udc00\\ud800')),
  refused('half a surrogate pair in a name', withContext('{"\\udfff":1}')),
  refused('NaN', withContext('{"x":NaN}')),
  refused('Infinity', withContext('{"x":-Infinity}')),
  refused('a number that would be infinite', withContext('{"x":1e999}')),
  refused('a number below those there are', withContext('{"x":-1e999}')),
  refused('a whole number that would be rounded', withContext('{"x":9007199254740993}')),
  refused('a whole number of a hundred digits', withContext(`{"x":${'9'.repeat(100)}}`)),
  refused('a number with a zero before it', withContext('{"x":01}')),
  refused('a hexadecimal number', withContext('{"x":0x10}')),
  refused('a line break in a string', TEXT.replace('alice', 'al\nice')),
  refused('a control character in a string', TEXT.replace('alice', 'al\u0001ice')),
  refused('an unknown escape', TEXT.replace('alice', '\\x41')),
  refused('a byte order mark', bytes([0xef, 0xbb, 0xbf], TEXT)),
  refused('bytes that are no UTF-8', bytes('{"subject":"', [0xff, 0xfe], '"}')),
  refused('an overlong form of a quote', bytes('{"subject":"', [0xc0, 0xa2], '"}')),
  refused('a surrogate in UTF-8', bytes('{"subject":"', [0xed, 0xa0, 0x80], '"}')),
  refused('UTF-16', bytes([0xff, 0xfe], [...Buffer.from(TEXT, 'utf16le')])),
  refused('UTF-16 without a mark', Buffer.from(TEXT, 'utf16le')),
  refused('a compressed body', bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])),
  refused('lists that are nested twenty thousand times', withContext('['.repeat(20_000) + ']'.repeat(20_000))),
  refused('objects that are nested ten thousand times', withContext('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000))),
  refused('lists that are nested once too often', withContext('['.repeat(64) + ']'.repeat(64))),
  refused('an id of a thousand letters and more', TEXT.replace('alice', 'x'.repeat(1025))),
  refused('a type of a thousand letters and more', TEXT.replace('"user"', `"${'x'.repeat(1025)}"`)),
  refused('an id that is a number', TEXT.replace('"alice"', '7')),
  refused('an id that is a list', TEXT.replace('"alice"', '["alice"]')),
  refused('an id that is an object', TEXT.replace('"alice"', '{"$in":["alice"]}')),
  refused('an action that is a list', TEXT.replace('{"name":"read"}', '["read"]')),
  refused('properties that are a list', TEXT.replace('"alice"', '"alice","properties":[]')),
  refused('a context that is null', withContext('null')),
  attack('a body over the limit', 413, { body: withContext(`"${'x'.repeat(BODY_LIMIT)}"`) }),
  attack('a batch of too many items', 400, {
    path: '/access/v1/evaluations',
    body: JSON.stringify({ ...PERMITTED, evaluations: Array.from({ length: 21 }, () => ({})) }),
  }),
  attack('a batch that is an object', 400, {
    path: '/access/v1/evaluations',
    body: JSON.stringify({ ...PERMITTED, evaluations: { length: 1e9 } }),
  }),
  attack('a semantic of the prototype', 400, {
    path: '/access/v1/evaluations',
    body: JSON.stringify({ ...PERMITTED, evaluations: [{}], options: { evaluations_semantic: 'constructor' } }),
  }),
  ofType('a body of no type', undefined),
  ofType('a body that is text', 'text/plain'),
  ofType('a form', 'application/x-www-form-urlencoded', { body: 'subject=alice' }),
  ofType('a form of parts', 'multipart/form-data; boundary=x', { body: '--x--' }),
  ofType('XML', 'application/xml', { body: '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>' }),
  ofType('a type that only begins alike', 'application/json-patch+json'),
  ofType('two types', 'application/json, text/plain'),
  ofType('another charset', 'application/json; charset=utf-16'),
  ofType('two charsets', 'application/json; charset=utf-8; charset=utf-7'),
  ofType('a charset in capitals that is another', 'APPLICATION/JSON; CHARSET=LATIN1'),
  attack('the header of the type twice', 400, { headers: ['Content-Type: text/plain'] }),
  attack('a merge patch of an evaluation', 400, { path: EVALUATION, type: 'application/merge-patch+json' }),
];
