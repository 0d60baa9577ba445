import { CardeaError, quote } from 'cardea';

const WELL_KNOWN = '/.well-known/authzen-configuration';

/** Where what is, in the standard's words. */
const ENDPOINTS = {
  access_evaluation_endpoint: '/access/v1/evaluation',
  access_evaluations_endpoint: '/access/v1/evaluations',
  search_subject_endpoint: '/access/v1/search/subject',
  search_resource_endpoint: '/access/v1/search/resource',
  search_action_endpoint: '/access/v1/search/action',
} as const;

/** A path of the API, without what stands before it. */
export type EndpointPath = (typeof ENDPOINTS)[keyof typeof ENDPOINTS];

/** What a decision point tells about itself. */
export interface Metadata {
  /** Where it is told: the well-known part stands between the host and the path (AuthZEN 1.0 §9.2.1). */
  readonly path: string;
  /** What stands before every path of the API: empty, or `/tenant1`. */
  readonly prefix: string;
  readonly body: Readonly<Record<string, string>>;
}

/**
 * The metadata of a decision point (AuthZEN 1.0 §9).
 *
 * @param publicUrl as callers know it: it is never taken from a request, whose sender could then say where decisions are
 *   asked for
 * @param hasSearch whether the search endpoints are there
 * @throws CARDEA_INVALID_ARGUMENT when it is no URL, has a query or a fragment, or is neither https nor of this machine
 */
export function metadataOf(publicUrl: string, { hasSearch }: { readonly hasSearch: boolean }): Metadata {
  const url = parseUrl(publicUrl);
  const prefix = url.pathname.replace(/\/+$/, '');
  const base = `${url.origin}${prefix}`;
  const endpoints = Object.entries(ENDPOINTS).filter(([name]) => hasSearch || !name.startsWith('search_'));
  const body = Object.fromEntries([
    ['policy_decision_point', base],
    ...endpoints.map(([name, path]) => [name, `${base}${path}`]),
  ]) as Record<string, string>;
  return { path: `${WELL_KNOWN}${prefix}`, prefix, body };
}

/** Signs claims as a JWS in compact form, with a key of the decision point. */
export type SignMetadata = (claims: Readonly<Record<string, string>>) => Promise<string>;

/** The metadata with its signed form beside it (AuthZEN 1.0 §9.1.3), where there is somebody who signs. */
export async function signedBody({ body }: Metadata, sign: SignMetadata | undefined): Promise<Metadata['body']> {
  if (sign === undefined) return body;
  return { ...body, signed_metadata: await sign({ ...body, iss: body['policy_decision_point'] as string }) };
}

function parseUrl(publicUrl: string): URL {
  const url = URL.parse(publicUrl);
  const problem =
    url === null
      ? 'is no URL'
      : url.search !== '' || url.hash !== '' || /[?#]/.test(publicUrl)
        ? 'has a query or a fragment'
        : url.username !== '' || url.password !== ''
          ? 'has a name or a password'
          : url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))
            ? 'does not begin with `https:`, and is not of this machine'
            : undefined;
  if (problem !== undefined)
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `the public URL ${quote(publicUrl)} ${problem}`);
  return url as URL;
}

/** Whether only programs of the same machine reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
