import type { Logger } from 'cardea';
import { methodLabel } from './method-label.ts';
import type { Observer } from './observer.ts';

/**
 * A line for each request, at level `info`: its method, its documented path, the status, how long it took, and its
 * `X-Request-ID`. Nothing of what was asked is in it, and nothing that a caller chooses but that id, which is bounded.
 *
 * @example
 * ```ts
 * await createServer({ guard, observers: [requestLog(pino())] });
 * ```
 */
export function requestLog(logger: Logger): Observer {
  return {
    observe: async ({ request, route, answer }) => {
      const start = performance.now();
      const response = await answer();
      const durationMs = Math.round((performance.now() - start) * 1000) / 1000;
      const requestId = response.headers['x-request-id'];
      const { status } = response;
      logger.info({ method: methodLabel(request.method), route, status, durationMs, requestId }, 'answered');
      return response;
    },
  };
}
