/**
 * Hooks for Fastify.
 *
 * @packageDocumentation
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EnforcementOptions, judge, type Refusal } from './enforcement.ts';

export type { Asked, EnforcementOptions, Refusal } from './enforcement.ts';

/** How Fastify enforces decisions. */
export interface FastifyOptions<Request extends FastifyRequest> extends EnforcementOptions<Request> {
  /** Answers instead of a body in JSON; the request does not pass whatever this does. */
  readonly refuse?: (refusal: Refusal, request: Request, reply: FastifyReply) => unknown;
}

/**
 * Lets requests pass that are permitted: a hook for `preHandler`, or for `onRequest` where the question needs no body.
 *
 * @example
 * ```ts
 * app.get('/books/:id', {
 *   preHandler: fastifyEnforcer({
 *     decider: client,
 *     question: (request: FastifyRequest<{ Params: { id: string } }>) => ({
 *       subject: request.user && { type: 'user', id: request.user.id },
 *       action: { name: 'read' },
 *       resource: { type: 'book', id: request.params.id },
 *     }),
 *   }),
 * }, showBook);
 * ```
 */
export function fastifyEnforcer<Request extends FastifyRequest = FastifyRequest>(
  options: FastifyOptions<Request>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  const { refuse = answer } = options;
  return async (request, reply) => {
    const refusal = await judge(options, request as Request);
    if (refusal === undefined) return undefined;
    await refuse(refusal, request as Request, reply);
    // What is returned tells Fastify that the request ends here.
    return reply;
  };
}

async function answer({ status, headers, body }: Refusal, _: unknown, reply: FastifyReply): Promise<void> {
  await reply.code(status).headers(headers).send(body);
}
