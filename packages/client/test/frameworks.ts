import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import 'reflect-metadata';
import { Controller, type ExecutionContext, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express, { type NextFunction, type Request as ExpressRequest, type Response as ExpressResponse } from 'express';
import Fastify, { type FastifyRequest } from 'fastify';
import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import type { Asked, EnforcementOptions } from '../src/enforce/enforcement.ts';
import { expressEnforcer } from '../src/enforce/express.ts';
import { fastifyEnforcer } from '../src/enforce/fastify.ts';
import { honoEnforcer } from '../src/enforce/hono.ts';
import { Access, accessGuard, type RouteQuestion } from '../src/enforce/nestjs.ts';

/** What every application here does: who asks stands in a header, and the action in another. */
type Options = Omit<EnforcementOptions<never>, 'question' | 'fulfil' | 'onFailure'> & {
  readonly fulfil?: (obligations: readonly unknown[]) => boolean | Promise<boolean>;
  readonly onFailure?: (error: unknown) => void;
  /** Instead of asking what the headers say. */
  readonly question?: () => Asked | Promise<Asked>;
};

/** Starts an application that answers `GET /books/:id` with `{"book": id}` where that is permitted, and gives its URL. */
export type Start = (options: Options) => Promise<string>;

function asked(header: (name: string) => string | undefined, id: string): Asked {
  const user = header('x-user');
  return {
    subject: user === undefined ? undefined : { type: 'user', id: user },
    action: { name: header('x-action') ?? 'read' },
    resource: { type: 'book', id },
  };
}

const startExpress: Start = async (options) => {
  const app = express();
  const question = (request: ExpressRequest): Asked => asked((name) => request.get(name), String(request.params['id']));
  app.get('/books/:id', expressEnforcer({ question, ...options }), (request, response) => {
    response.json({ book: request.params['id'] });
  });
  app.use((_error: unknown, _request: ExpressRequest, response: ExpressResponse, _next: NextFunction) => {
    response.status(500).json({ error: 'of the application' });
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const startFastify: Start = async (options) => {
  const app = Fastify();
  type BookRequest = FastifyRequest<{ Params: { id: string } }>;
  const question = ({ headers, params }: BookRequest): Asked =>
    asked((name) => headers[name] as string | undefined, params.id);
  app.get<{ Params: { id: string } }>(
    '/books/:id',
    { preHandler: fastifyEnforcer<BookRequest>({ question, ...options }) },
    async ({ params }) => ({ book: params.id }),
  );
  onTestFinished(() => app.close());
  return app.listen({ host: '127.0.0.1', port: 0 });
};

const startHono: Start = async (options) => {
  const app = new Hono();
  app.get(
    '/books/:id',
    honoEnforcer({ question: (c) => asked((name) => c.req.header(name), c.req.param('id') ?? ''), ...options }),
    (c) => c.json({ book: c.req.param('id') }),
  );
  app.onError((_, c) => c.json({ error: 'of the application' }, 500));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const headers = Object.entries(request.headers) as [string, string][];
    const answered = await app.fetch(new Request(`http://127.0.0.1${request.url}`, { headers }));
    response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text());
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

function bookOf(context: ExecutionContext): Asked {
  const { headers, params } = context.switchToHttp().getRequest<{
    readonly headers: Readonly<Record<string, string>>;
    readonly params: { readonly id: string };
  }>();
  return asked((name) => headers[name], params.id);
}

/** The routes of NestJS, each with what it asks; decorators are called as functions, which Node can read. */
export async function startNest(
  options: Options,
  questions: Readonly<Record<string, RouteQuestion | undefined>>,
): Promise<string> {
  class Books {
    show(id: string): object {
      return { book: id };
    }
  }
  const controllers = Object.entries(questions).map(([path, question]) => {
    class Routes extends Books {}
    const show = Object.getOwnPropertyDescriptor(Books.prototype, 'show') as PropertyDescriptor;
    const own = { ...show, value: (id: string) => ({ book: id }) };
    Object.defineProperty(Routes.prototype, 'show', own);
    Get(':id')(Routes.prototype, 'show', own);
    Param('id')(Routes.prototype, 'show', 0);
    if (question !== undefined) Access(question)(Routes.prototype, 'show', own);
    Controller(path)(Routes);
    return Routes;
  });
  // oxlint-disable-next-line typescript/no-extraneous-class
  class Library {}
  Module({ controllers })(Library);
  const app = await NestFactory.create(Library, { logger: false });
  app.useGlobalGuards(accessGuard(options));
  await app.listen(0, '127.0.0.1');
  onTestFinished(() => app.close());
  return (await app.getUrl()).replace('[::1]', '127.0.0.1');
}

/** By the names of frameworks. */
export const FRAMEWORKS: Readonly<Record<string, Start>> = {
  express: startExpress,
  fastify: startFastify,
  hono: startHono,
  nestjs: (options) => startNest(options, { books: options.question ?? bookOf }),
};
