import { CardeaError, type Entity, type JsonObject, quote } from 'cardea';
import { jsonResponse } from '../http/api-handler.ts';
import type { ApiRequest } from '../http/exchange.ts';
import { RequestError } from '../http/request-error.ts';
import { type Gateway, type GatewayWorld, isAllowedPlainly } from './gateway.ts';
import { unambiguousPath } from './unambiguous-path.ts';

/** How a request that Envoy asks about becomes a question. */
export interface EnvoyOptions {
  /**
   * The header in which Envoy itself says whose request it is, such as one that its JWT filter sets from a claim. Envoy
   * must remove it from what comes from outside: whoever can set it is whoever they like.
   */
  readonly subjectHeader: string;
  /** The type of subjects; `user` when absent. */
  readonly subjectType?: string;
  /** Headers of the request that policies may read, in `context.headers`; none when absent. */
  readonly headers?: readonly string[];
  /** What a denied request without a subject is answered with as `WWW-Authenticate`; `Bearer` when absent. */
  readonly challenge?: string;
}

/** Where Envoy's own credentials stand: `Authorization` is that of the request it asks about. */
const CREDENTIALS = 'cardea-authorization';

const NOBODY: Entity = { type: 'anonymous', id: 'anonymous' };

/**
 * Envoy's external authorization in HTTP mode: the original method, path and headers, behind a prefix of the path. It lets
 * pass what is answered with 200, and nothing else as long as `failure_mode_allow` is false.
 *
 * The subject is `user:` and the header's value, or `anonymous:anonymous` without it; the action is the method; the
 * resource is `route:` and the path, with its `host` and `query`.
 */
export function envoyGateway(options: EnvoyOptions, { decider, admit }: GatewayWorld): Gateway {
  const { subjectType = 'user', challenge = 'Bearer' } = options;
  const [subjectHeader, ...headers] = [options.subjectHeader, ...(options.headers ?? [])].map(requireHeader) as [
    string,
  ];
  return async (request, rest) => {
    const { header, method, query } = request;
    await admit({ ...request, header: credentialsOf(request) }, 'evaluate');
    const id = header(subjectHeader);
    const subject = id === undefined || id === '' ? NOBODY : { type: subjectType, id };
    const host = header('host');
    const isAllowed = await isAllowedPlainly(decider, {
      subject,
      action: { name: method },
      resource: {
        type: 'route',
        id: unambiguousPath(rest === '' ? '/' : rest),
        properties: { ...(host !== undefined && { host }), ...(query !== '' && { query }) },
      },
      context: { headers: readable(header, headers) },
    });
    if (isAllowed) return jsonResponse({ allowed: true });
    if (subject === NOBODY)
      throw new RequestError(401, 'this is not allowed to anybody', { 'www-authenticate': challenge });
    throw new RequestError(403, 'this is not allowed');
  };
}

function credentialsOf({ header }: ApiRequest): ApiRequest['header'] {
  return (name) => (name === 'authorization' ? header(CREDENTIALS) : header(name));
}

function readable(header: ApiRequest['header'], names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = header(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function requireHeader(name: string): string {
  const lower = name.toLowerCase();
  if (/^[a-z0-9_-]+$/.test(lower) && lower !== CREDENTIALS) return lower;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `${quote(name)} is no header that policies may read`);
}
