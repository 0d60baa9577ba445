import type { ApiHandler, ApiRequest, ApiResponse } from '../http/exchange.ts';

/** What is known of a request before it is answered. */
export interface Observed {
  readonly request: ApiRequest;
  /** The path as it is documented, such as `/v1/policies/*`; `other` where there is nothing: never a name out of a request. */
  readonly route: string;
  /** Answers it; to be called once. */
  readonly answer: () => Promise<ApiResponse>;
}

/**
 * Sees every request and its answer: to count, to trace, or to let requests wait. What it gives is the answer.
 *
 * @example
 * ```ts
 * const timing: Observer = {
 *   observe: async ({ route, answer }) => {
 *     const start = performance.now();
 *     const response = await answer();
 *     console.log(route, response.status, performance.now() - start);
 *     return response;
 *   },
 * };
 * ```
 */
export interface Observer {
  observe(observed: Observed): Promise<ApiResponse>;
  /** Told of each decision of evaluations and searches. */
  decided?(allowed: boolean): void;
}

/**
 * The same handler, seen by observers; the first one is outermost.
 *
 * @param routeOf the documented path of a path that was asked for
 */
export function observedHandler(
  handle: ApiHandler,
  observers: readonly Observer[],
  routeOf: (path: string) => string,
): ApiHandler {
  return observers.reduceRight<ApiHandler>(
    (inner, observer) => (request) =>
      observer.observe({ request, route: routeOf(request.path), answer: () => inner(request) }),
    handle,
  );
}
