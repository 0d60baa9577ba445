import { CardeaError, quote } from 'cardea';
import { networkContains, networkProblem, parseAddress, parseNetwork } from 'cardea/ast';
import { RequestError } from '../http/request-error.ts';
import type { Authenticator, Caller, Role } from './caller.ts';
import { type CertificateForm, certificateName } from './certificate-name.ts';

/** A certificate that a caller has, and what the caller is trusted with. */
export interface CertificateCaller {
  /** The SHA-256 of the certificate in hexadecimal digits, with or without colons. */
  readonly fingerprint?: string;
  /** The subject of the certificate as the proxy writes it: `CN=gateway,O=Example`. */
  readonly subject?: string;
  /** Who asks with it. */
  readonly caller: string;
  readonly roles: readonly Role[];
}

/** A proxy that ends TLS, checks the certificates of clients, and tells of them in headers. */
export interface ProxyCertificatesOptions {
  /** Networks or addresses of the proxies: the headers of nobody else are believed. */
  readonly peers: readonly string[];
  /** The header that tells of the certificate. The proxy must set it, or take it away, in every request. */
  readonly header: string;
  /** What stands in it. */
  readonly form: CertificateForm;
  /** A header that says whether the certificate was checked, and what it says then: `x-ssl-client-verify`, `SUCCESS`. */
  readonly verified?: { readonly header: string; readonly value: string };
  readonly callers: readonly CertificateCaller[];
}

const CHALLENGE = 'Mutual realm="cardea"';

/**
 * Callers whose TLS ends at a proxy, which tells of their certificates in headers (as RFC 9440 and others have it). A header
 * counts only where the proxy itself is connected: anybody else could write one. Where a server does not know who is connected,
 * none counts.
 *
 * @throws CARDEA_INVALID_ARGUMENT when a peer is no network, a header has no name, or a caller has not just one certificate
 *
 * @example
 * ```ts
 * const authenticators = [
 *   proxyCertificates({
 *     peers: ['10.0.0.0/8'],
 *     header: 'x-ssl-client-s-dn',
 *     form: 'subject',
 *     verified: { header: 'x-ssl-client-verify', value: 'SUCCESS' },
 *     callers: [{ subject: 'CN=gateway,O=Example', caller: 'gateway', roles: ['decider'] }],
 *   }),
 * ];
 * ```
 */
export function proxyCertificates({ peers, header, form, verified, callers }: ProxyCertificatesOptions): Authenticator {
  const networks = peers.map((peer) => {
    const network = parseNetwork(peer);
    if (network === undefined) throw invalid(networkProblem(peer) ?? `${quote(peer)} is no network`);
    return network;
  });
  if (networks.length === 0) throw invalid('no peers are named, whose headers would be believed');
  const names = new Map(callers.map((each) => [nameOf(each, form), each]));
  if (names.size < callers.length) throw invalid('two callers have one certificate');
  const [of, checked] = [headerName(header), verified === undefined ? undefined : headerName(verified.header)];
  const isTrusted = (peer: string | undefined): boolean => {
    const address = peer === undefined ? undefined : parseAddress(peer);
    return address !== undefined && networks.some((network) => networkContains(network, address));
  };
  return {
    challenge: CHALLENGE,
    authenticate: async (request): Promise<Caller | undefined> => {
      const told = request.header(of);
      if (told === undefined || told === '' || !isTrusted(request.peer)) return undefined;
      if (checked !== undefined && request.header(checked) !== verified?.value) throw refused();
      const name = await certificateName(told, form);
      const found = name === undefined ? undefined : names.get(name);
      if (found === undefined) throw refused();
      return { id: found.caller, roles: found.roles };
    },
  };
}

function nameOf({ fingerprint, subject, caller }: CertificateCaller, form: CertificateForm): string {
  const [wanted, given, other] =
    form === 'subject' ? ['subject', subject, fingerprint] : ['fingerprint', fingerprint, subject];
  if (given === undefined || given === '' || other !== undefined)
    throw invalid(`caller ${quote(caller)}: certificates are told by their ${wanted} here, and nothing else`);
  if (form === 'subject') return given;
  const digits = given.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits))
    throw invalid(`caller ${quote(caller)}: the fingerprint is not 64 hexadecimal digits (SHA-256)`);
  return digits;
}

function headerName(name: string): string {
  if (/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return name.toLowerCase();
  throw invalid(`${quote(name)} is no name of a header`);
}

function refused(): RequestError {
  return new RequestError(401, 'the certificate is not of a known caller', { 'www-authenticate': CHALLENGE });
}

function invalid(message: string): CardeaError {
  return new CardeaError('CARDEA_INVALID_ARGUMENT', `certificates by a proxy: ${message}`);
}
