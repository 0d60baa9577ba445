/**
 * Middleware for Hono, wherever Hono runs.
 *
 * @packageDocumentation
 */
import type { Context, Env, MiddlewareHandler } from 'hono';
import { type EnforcementOptions, judge, type Refusal } from './enforcement.ts';

export type { Asked, EnforcementOptions, Refusal } from './enforcement.ts';

/** How Hono enforces decisions. */
export interface HonoOptions<E extends Env> extends EnforcementOptions<Context<E>> {
  /** Answers instead of a body in JSON. */
  readonly refuse?: (refusal: Refusal, context: Context<E>) => Response | Promise<Response>;
}

/**
 * Lets requests pass that are permitted. Put it behind whatever says who the user is.
 *
 * @example
 * ```ts
 * app.get('/books/:id', honoEnforcer({
 *   decider: client,
 *   question: (c) => ({
 *     subject: c.get('user'),
 *     action: { name: 'read' },
 *     resource: { type: 'book', id: c.req.param('id') },
 *   }),
 * }), showBook);
 * ```
 */
export function honoEnforcer<E extends Env>(options: HonoOptions<E>): MiddlewareHandler<E> {
  const { refuse = answer } = options;
  return async (context, next) => {
    const refusal = await judge(options, context);
    if (refusal !== undefined) return refuse(refusal, context);
    return next();
  };
}

function answer({ status, headers, body }: Refusal): Response {
  return Response.json(body, { status, headers });
}
