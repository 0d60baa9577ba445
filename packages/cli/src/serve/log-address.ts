import { CardeaError, quote } from 'cardea';
import { usageError } from '../report-error.ts';
import { shownReason } from '../store/store-error.ts';
import { parseServerUrl, type ServerUrl } from '../store/store-url.ts';

/** Where a log of decisions goes. */
export type LogAddress = { readonly kind: 'file'; readonly path: string } | LogServer;

/** A server that takes something. */
export interface LogServer extends ServerUrl {
  readonly kind: 'redis' | 'nats';
  readonly isEncrypted: boolean;
}

const KINDS: Readonly<Record<string, Pick<LogServer, 'kind' | 'isEncrypted'>>> = {
  redis: { kind: 'redis', isEncrypted: false },
  rediss: { kind: 'redis', isEncrypted: true },
  nats: { kind: 'nats', isEncrypted: false },
  tls: { kind: 'nats', isEncrypted: true },
};

/**
 * Reads what `observe.decisions.to` says. No message repeats what might be a secret.
 *
 * @throws CARDEA_INVALID_ARGUMENT when it is a URL of something else, or malformed
 */
export function parseLogAddress(to: string): LogAddress {
  const [, scheme] = /^\s*([a-z][a-z\d+.-]+):\/\//i.exec(to) ?? [];
  if (scheme === undefined) return { kind: 'file', path: to };
  const known = Object.hasOwn(KINDS, scheme.toLowerCase()) ? KINDS[scheme.toLowerCase()] : undefined;
  if (known === undefined) throw usageError(`a log is a file or a URL of ${Object.keys(KINDS).join(', ')}`);
  const server = parseServerUrl(to);
  if (server === undefined) throw usageError(`the URL is malformed: \`${scheme}://user:password@host:port\``);
  return { ...server, ...known };
}

/**
 * Reads a URL of NATS.
 *
 * @throws CARDEA_INVALID_ARGUMENT when it is none; the message does not repeat it
 */
export function parseNatsUrl(url: string): LogServer {
  const address = parseLogAddress(url);
  if (address.kind === 'nats') return address;
  throw usageError('is no URL of NATS: `nats://user:password@host:port`');
}

/** Why a place that a key of the configuration names cannot be used; no message repeats a secret. */
export function unreachable(
  key: string,
  { label, secrets }: Pick<LogServer, 'label' | 'secrets'>,
  error: unknown,
): CardeaError {
  const reason = shownReason(error, secrets);
  return new CardeaError('CARDEA_IO', `${quote(key)}: ${quote(label)}: ${reason}`, { cause: error });
}
