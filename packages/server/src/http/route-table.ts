import type { ApiRequest, ApiResponse } from './exchange.ts';
import { RequestError } from './request-error.ts';

/** The methods that a path can take. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Answers a request; `name` is what stands for the `*` of the path, decoded. */
export type Answer = (request: ApiRequest, name: string) => ApiResponse | Promise<ApiResponse>;

/** What is done at a path, by methods. */
export type Route = Readonly<Partial<Record<Method, Answer>>>;

/** By paths; one that ends with `/*` is of every name there. */
export type RouteTable = ReadonlyMap<string, Route>;

/**
 * Answers a request by what is done at its path.
 *
 * @throws RequestError 404, or 405 with the methods that there are
 */
export function answerByRoute(routes: RouteTable, request: ApiRequest): ApiResponse | Promise<ApiResponse> {
  const { method, path } = request;
  // What stands for all names is the name of none.
  const exact = path.endsWith('/*') ? undefined : routes.get(path);
  const end = exact === undefined ? path.lastIndexOf('/') : 0;
  const route = exact ?? routes.get(`${path.slice(0, end)}/*`);
  const name = exact === undefined ? decodeName(path.slice(end + 1)) : '';
  if (route === undefined || name === undefined) throw new RequestError(404, 'there is nothing at this path');
  // What can be got can be asked for without its body.
  const wanted = method === 'HEAD' ? 'GET' : method;
  const answer = Object.hasOwn(route, wanted) ? route[wanted as Method] : undefined;
  if (answer !== undefined) return answer(request, name);
  const allow = Object.keys(route).flatMap((known) => (known === 'GET' ? ['GET', 'HEAD'] : [known]));
  throw new RequestError(405, `this path takes ${allow.join(' and ')}`, { allow: allow.join(', ') });
}

/** The path of the table that is asked for, and `other` where there is none. */
export function routeOf(routes: RouteTable, path: string): string {
  if (routes.has(path)) return path;
  const pattern = `${path.slice(0, path.lastIndexOf('/'))}/*`;
  return routes.has(pattern) ? pattern : 'other';
}

/** Undefined where it is no name: empty, or not UTF-8. */
function decodeName(encoded: string): string | undefined {
  try {
    return encoded === '' ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
