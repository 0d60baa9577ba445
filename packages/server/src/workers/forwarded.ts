import { failureResponse } from '../http/api-handler.ts';
import type { ApiHandler, ApiRequest, ApiResponse } from '../http/exchange.ts';
import type { PostedRequest } from './protocol.ts';

/** What only the main thread knows or may do: paths, and what those begin with that have others below or beside them. */
const PATHS: ReadonlySet<string> = new Set(['/openapi.json', '/metrics', '/health/ready']);
const ADMINISTRATION = /^\/v1\/policies(?:$|[/:])/;

/**
 * The same handler, where the requests are answered by the main thread that are for it.
 *
 * @param prefix what stands before every path
 * @param forward rejects where the main thread is gone
 */
export function forwarding(
  handle: ApiHandler,
  prefix: string,
  forward: (request: PostedRequest) => Promise<ApiResponse>,
): ApiHandler {
  return (request) => {
    const path = request.path.startsWith(prefix) ? request.path.slice(prefix.length) : '';
    if (!PATHS.has(path) && !ADMINISTRATION.test(path)) return handle(request);
    return forward(posted(request)).catch(failureResponse);
  };
}

/** A request that the main thread was sent. */
export function received({ headers, ...request }: PostedRequest): ApiRequest {
  const values = new Map(headers);
  return { ...request, header: (name) => values.get(name) };
}

function posted({ method, path, query, header, headerNames, body, peer }: ApiRequest): PostedRequest {
  const headers = (headerNames?.() ?? []).flatMap((name) => {
    const value = header(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  // A part of a buffer would be posted with all of it, other requests included.
  return { method, path, query, headers, body: body.slice(), peer };
}
