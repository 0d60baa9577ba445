/**
 * Middleware for Express 4 and 5, and for whatever calls middleware as they do.
 *
 * @packageDocumentation
 */
import { type EnforcementOptions, judge, type Refusal } from './enforcement.ts';

export type { Asked, EnforcementOptions, Refusal } from './enforcement.ts';

/** What is done with a response: `express.Response` fits. */
export interface ExpressResponse {
  status(code: number): ExpressResponse;
  set(headers: Record<string, string>): ExpressResponse;
  json(body: unknown): unknown;
}

/** How Express enforces decisions. */
export interface ExpressOptions<Request, Response extends ExpressResponse> extends EnforcementOptions<Request> {
  /** Answers instead of a body in JSON; the request does not pass whatever this does. */
  readonly refuse?: (refusal: Refusal, request: Request, response: Response) => void | Promise<void>;
}

/**
 * Lets requests pass that are permitted. Put it behind whatever says who the user is.
 *
 * @example
 * ```ts
 * app.get('/books/:id', expressEnforcer({
 *   decider: client,
 *   question: (request: Request) => ({
 *     subject: request.user && { type: 'user', id: request.user.id },
 *     action: { name: 'read' },
 *     resource: { type: 'book', id: request.params.id },
 *   }),
 * }), showBook);
 * ```
 */
export function expressEnforcer<Request, Response extends ExpressResponse = ExpressResponse>(
  options: ExpressOptions<Request, Response>,
): (request: Request, response: Response, next: (error?: unknown) => void) => Promise<void> {
  const { refuse = answer } = options;
  return async (request, response, next) => {
    let refusal: Refusal | undefined;
    try {
      refusal = await judge(options, request);
      if (refusal !== undefined) return await refuse(refusal, request, response);
    } catch (error) {
      // Express 4 knows nothing of promises; and nothing but an error keeps it from going on.
      return next(error instanceof Error ? error : new Error('the request cannot be refused', { cause: error }));
    }
    return next();
  };
}

function answer({ status, headers, body }: Refusal, _: unknown, response: ExpressResponse): void {
  response.status(status).set(headers).json(body);
}
