import type { ApiRequest, ApiResponse } from './exchange.ts';
import { RequestError } from './request-error.ts';

/** What is done at a path, by methods. */
export type Route = Readonly<Partial<Record<'GET' | 'POST', (request: ApiRequest) => Promise<ApiResponse>>>>;

/**
 * Finds what is done for a request.
 *
 * @throws RequestError 404, or 405 with the methods that there are
 */
export function routeOf(
  routes: ReadonlyMap<string, Route>,
  { method, path }: ApiRequest,
): (request: ApiRequest) => Promise<ApiResponse> {
  const route = routes.get(path);
  if (route === undefined) throw new RequestError(404, 'there is nothing at this path');
  // What can be got can be asked for without its body.
  const wanted = method === 'HEAD' ? 'GET' : method;
  if (Object.hasOwn(route, wanted)) return route[wanted as keyof Route] as NonNullable<Route['GET']>;
  const allow = Object.keys(route).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  throw new RequestError(405, `this path takes ${allow.join(' and ')}`, { allow: allow.join(', ') });
}
