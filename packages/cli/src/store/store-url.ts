import { isAbsolute, resolve } from 'node:path';
import { quote } from 'cardea';
import { usageError } from '../report-error.ts';

/** The databases that a store can be in. */
export type StoreKind = 'sqlite' | 'postgres' | 'mysql' | 'mongodb' | 'redis';

/** Where a store is. */
export interface StoreAddress {
  readonly kind: StoreKind;
  /** What the driver gets: a URL, with its secrets, or the absolute path of a file. */
  readonly target: string;
  /** What may be shown to anybody. */
  readonly label: string;
  /** Texts that are never shown. */
  readonly secrets: readonly string[];
}

const KINDS: Readonly<Record<string, StoreKind>> = {
  sqlite: 'sqlite',
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
  mongodb: 'mongodb',
  'mongodb+srv': 'mongodb',
  redis: 'redis',
  rediss: 'redis',
};

/** The servers that keep many databases, of which a URL has to name one. */
const NAMED: readonly StoreKind[] = ['postgres', 'mysql', 'mongodb'];

/**
 * Reads a URL of a store, or the path of an SQLite file. No message repeats what might be a secret.
 *
 * @param cwd what a relative path is relative to
 * @throws CARDEA_INVALID_ARGUMENT when the scheme is unknown, or the URL malformed
 */
export function parseStoreUrl(given: string, cwd: string): StoreAddress {
  const scheme = schemeOf(given);
  if (scheme === undefined) return fileAddress(given, cwd);
  const kind = Object.hasOwn(KINDS, scheme) ? KINDS[scheme] : undefined;
  if (kind === undefined)
    throw usageError(
      `a store is a file or a URL of ${[...new Set(Object.keys(KINDS))].join(', ')}, not of ${quote(scheme)}`,
    );
  if (kind === 'sqlite') return fileAddress(pathOf(given), cwd);
  return serverAddress(given, kind);
}

/**
 * A URL as it may be shown: without user, password and parameters. What is not well-formed, so that a password might be
 * anywhere, is not shown at all.
 */
export function maskedUrl(given: string): string {
  const parts = partsOf(given);
  if (parts === undefined) return `${schemeOf(given) ?? 'url'}:***`;
  const { scheme, user, host, path, query } = parts;
  return `${scheme}://${user === undefined ? '' : '***@'}${host}${path}${query === undefined ? '' : '?***'}`;
}

/** Whether a word of the command line is a URL, or begins as one of a server. */
export function isUrl(word: string): boolean {
  const scheme = schemeOf(word);
  if (scheme === undefined) return false;
  return /^\s*[^:]*:\/\//.test(word) || (Object.hasOwn(KINDS, scheme) && scheme !== 'sqlite');
}

// One letter is a drive.
function schemeOf(given: string): string | undefined {
  return /^\s*([a-z][a-z0-9+.-]+):/i.exec(given)?.[1]?.toLowerCase();
}

interface UrlParts {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly path: string;
  readonly query: string | undefined;
}

// Stricter than what drivers take: an `@`, `/`, `:`, `?` or `#` that is part of a password stands in percent, and what
// follows the name of a host is the number of a port, not a password without its `@`.
const HOST = String.raw`(?:\[[\da-f:.]+\]|[\w.-]*)(?::\d{1,5})?`;
const URL_PARTS = new RegExp(
  String.raw`^([a-z][a-z0-9+.-]*)://(?:([^:@/?#\s]*)(?::([^:@/?#\s]*))?@)?(${HOST}(?:,${HOST})*)(/[^@/?#\s]*)?(?:\?([^@?#\s]*))?$`,
  'i',
);

function partsOf(given: string): UrlParts | undefined {
  const match = URL_PARTS.exec(given);
  if (match === null) return undefined;
  const [, scheme = '', user, password, host = '', path = '', query] = match;
  return { scheme: scheme.toLowerCase(), user, password, host, path, query };
}

function serverAddress(given: string, kind: StoreKind): StoreAddress {
  const parts = partsOf(given);
  if (parts === undefined)
    throw usageError(
      `the URL of the store is malformed: \`${schemeOf(given)}://user:password@host:port/name\`, with \`@\`, \`/\`, \`:\`, \`?\` and \`#\` in a password written in percent`,
    );
  const texts = [parts.user, parts.password, parts.path, parts.query].map((text = '') => decoded(text));
  if (texts.includes(undefined)) throw usageError('the URL of the store has a `%` that begins no character');
  if (parts.host === '') throw usageError(`the URL \`${parts.scheme}:\` of the store names no host`);
  if (NAMED.includes(kind) && parts.path.length < 2)
    throw usageError(`the URL ${quote(maskedUrl(given))} of the store names no database: add \`/name\``);
  return { kind, target: given, label: maskedUrl(given), secrets: secretsOf(parts) };
}

/** A URL of servers, taken apart. */
export interface ServerUrl {
  readonly url: string;
  /** What may be shown to anybody. */
  readonly label: string;
  /** Texts that are never shown. */
  readonly secrets: readonly string[];
  /** Each with its port, where the URL has one. */
  readonly hosts: readonly string[];
  /** Empty where there is none, as the password is. */
  readonly user: string;
  readonly password: string;
}

/** Takes a URL apart; undefined where it is malformed, so that nobody can tell what is secret in it. */
export function parseServerUrl(url: string): ServerUrl | undefined {
  const parts = partsOf(url);
  if (parts === undefined || parts.host === '') return undefined;
  const user = decoded(parts.user ?? '');
  const password = decoded(parts.password ?? '');
  if (user === undefined || password === undefined) return undefined;
  return { url, label: maskedUrl(url), secrets: secretsOf(parts), hosts: parts.host.split(','), user, password };
}

function secretsOf({ user, password, host, path, query = '' }: UrlParts): readonly string[] {
  const values = query.split('&').flatMap((pair) => {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    return /pass|pwd|secret|token|cred|key|properties/i.test(name) ? [value] : [];
  });
  const known = [user, decoded(user ?? ''), path.slice(1), host.replace(/:\d+$/, '')];
  const secrets = [password ?? '', ...values].flatMap((text) => [text, decoded(text) ?? '']);
  // A password that is the name of the user, as tests have it, is none: messages with the name are worth more.
  return secrets.filter((text) => text !== '' && !known.includes(text));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not written in percent.
    return undefined;
  }
}

function fileAddress(path: string, cwd: string): StoreAddress {
  // A URL with a mistake in its scheme is no path.
  if (/\/\/.*@/s.test(path)) throw usageError('the URL of the store is malformed');
  if (path.trim() === '') throw usageError('the store has no path: `sqlite:policies.db`');
  if (path === ':memory:') throw usageError('a store in memory is gone when the command ends: name a file');
  if (path.includes('\0')) throw usageError('the path of the store contains a null character');
  return { kind: 'sqlite', target: isAbsolute(path) ? path : resolve(cwd, path), label: path, secrets: [] };
}

function pathOf(given: string): string {
  const path = given.trimStart().slice('sqlite:'.length);
  if (!path.startsWith('//')) return path;
  // A URL of files has no host: its path begins after three slashes.
  if (!path.startsWith('///'))
    throw usageError('`sqlite:` is followed by a path, `sqlite://` by one that begins with `/`');
  return path.slice(2);
}
