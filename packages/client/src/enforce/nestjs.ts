/**
 * A guard for NestJS, over Express or Fastify.
 *
 * @packageDocumentation
 */
import { type CanActivate, type ExecutionContext, HttpException, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Asked, type EnforcementOptions, judge } from './enforcement.ts';

export type { Asked, EnforcementOptions } from './enforcement.ts';

const KEY = 'cardea:access';

/** What a route asks: what a request is about, or nothing because anybody may. */
export type RouteQuestion = ((context: ExecutionContext) => Asked | Promise<Asked>) | 'anybody';

/**
 * Says what requests to a route, or to all routes of a controller, are about; what stands at the route comes first.
 *
 * @example
 * ```ts
 * @Get(':id')
 * @Access((context) => {
 *   const { user, params } = context.switchToHttp().getRequest();
 *   return { subject: user, action: { name: 'read' }, resource: { type: 'book', id: params.id } };
 * })
 * show() {}
 * ```
 */
export function Access(question: RouteQuestion): ClassDecorator & MethodDecorator {
  return SetMetadata(KEY, question);
}

/** How NestJS enforces decisions. */
export interface NestOptions extends Omit<EnforcementOptions<ExecutionContext>, 'question'> {
  /** What requests to routes without {@link Access} are about; those are denied when absent. */
  readonly question?: RouteQuestion;
}

/**
 * Lets requests pass that are permitted, and throws an `HttpException` for others. A route that does not say what requests
 * to it are about is denied, so that none is forgotten.
 *
 * @example
 * ```ts
 * app.useGlobalGuards(accessGuard({ decider: client }));
 * ```
 */
export function accessGuard(options: NestOptions): CanActivate {
  const reflector = new Reflector();
  return {
    canActivate: async (context) => {
      const places = [context.getHandler(), context.getClass()];
      const question = reflector.getAllAndOverride<RouteQuestion | undefined>(KEY, places) ?? options.question;
      if (question === 'anybody') return true;
      if (question === undefined) throw new HttpException({ error: 'this is not allowed' }, 403);
      const refusal = await judge({ ...options, question }, context);
      if (refusal === undefined) return true;
      if (context.getType() === 'http') setHeaders(context.switchToHttp().getResponse(), refusal.headers);
      throw new HttpException(refusal.body, refusal.status);
    },
  };
}

/** `header` is what a response of Express and a reply of Fastify have in common. */
interface HasHeaders {
  header(name: string, value: string): unknown;
}

function setHeaders(response: HasHeaders, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
}
