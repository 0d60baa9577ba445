import type { ApiHandler } from './exchange.ts';
import { failureResponse } from './api-handler.ts';
import { readBody } from './read-body.ts';
import { RequestError } from './request-error.ts';

/**
 * A handler for servers that speak `Request` and `Response`: Bun, Deno, workers at the edge, Hono.
 *
 * @param options.bodyLimit how many bytes a body may have; 1 MiB when absent
 *
 * @example
 * ```ts
 * Deno.serve(fetchHandler(await decisionPoint({ guard, publicUrl: 'https://pdp.example.com' })));
 * ```
 */
export function fetchHandler(
  handle: ApiHandler,
  { bodyLimit = 1 << 20 }: { readonly bodyLimit?: number } = {},
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = await readBody(request, bodyLimit);
    const answer =
      body === undefined
        ? failureResponse(new RequestError(413, `the body has more than ${bodyLimit} bytes`))
        : await handle({
            method: request.method,
            path: pathname,
            query: search.slice(1),
            header: (name) => request.headers.get(name) ?? undefined,
            body,
          });
    const { status, headers } = answer;
    return new Response(request.method === 'HEAD' ? null : answer.body, { status, headers });
  };
}
