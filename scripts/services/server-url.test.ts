import { expect, it } from 'vitest';
import { SERVER_NAMES } from './server.ts';
import { givenUrl, urlOf, variableOf, withoutSecrets } from './server-url.ts';

it.each(SERVER_NAMES)('the URL of %s names 127.0.0.1, and shows no password where it is printed', (name) => {
  const url = urlOf(name, { port: 20_001, password: 'secret' });
  expect(new URL(url).host).toBe('127.0.0.1:20001');
  expect(withoutSecrets(url)).not.toContain('secret');
  expect(new URL(withoutSecrets(url)).host).toBe('127.0.0.1:20001');
});

it.each([
  ['redis://:secret@h:1', 'redis://:***@h:1'],
  ['mongodb+srv://u:secret@h/?replicaSet=rs0', 'mongodb+srv://u:***@h/?replicaSet=rs0'],
  ['postgres://u@h/db', 'postgres://u@h/db'],
])('`%s` is shown as `%s`', (url, shown) => {
  expect(withoutSecrets(url)).toBe(shown);
});

it('a server that the environment names is used, its own variable before the one that others read too', () => {
  expect(givenUrl('mongodb', { MONGODB_URL: 'mongodb://a' })).toBe('mongodb://a');
  expect(givenUrl('mongodb', { MONGODB_URL: 'mongodb://a', CARDEA_TEST_MONGODB: 'mongodb://b' })).toBe('mongodb://b');
  expect(givenUrl('postgres', { MONGODB_URL: 'mongodb://a', CARDEA_TEST_POSTGRES: '' })).toBeUndefined();
  expect(variableOf('mariadb')).toBe('CARDEA_TEST_MARIADB');
});
