import { CardeaError, quote } from 'cardea';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyListenOptions,
  type FastifyReply,
} from 'fastify';
import { isLoopback, metadataOf } from '../authzen/metadata.ts';
import { type DecisionPointOptions, decisionPoint } from '../decision-point.ts';
import { failureResponse } from '../http/api-handler.ts';
import type { ApiHandler } from '../http/exchange.ts';
import { RequestError } from '../http/request-error.ts';
import { answerDirectly, hasTwoHosts, textOf, TWO_HOSTS, type Write, write } from './direct-requests.ts';
import { GracefulStop, type StopOptions } from './graceful-stop.ts';
import { httpLimits, refuseConnection } from './http-limits.ts';

/** How a server listens, and what it takes. */
export interface ServerOptions extends Omit<DecisionPointOptions, 'publicUrl' | 'isStopping'> {
  /** `127.0.0.1` when absent. Addresses that others reach need `authenticators`. */
  readonly host?: string;
  /** A free one when absent or 0. */
  readonly port?: number;
  /** How callers reach it; where it listens when absent. */
  readonly publicUrl?: string;
  /** How many bytes a body may have; 1 MiB when absent. */
  readonly bodyLimit?: number;
  /** How long a request may take to arrive, in milliseconds; 10,000 when absent. */
  readonly requestTimeoutMs?: number;
  /** How it ends; at once, but for requests that are there already, when absent. */
  readonly shutdown?: Partial<StopOptions>;
}

/** A server that listens. */
export interface DecisionServer {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more connections, answers what was asked, and ends: whoever is still not done in time is cut off. */
  close(): Promise<void>;
}

/**
 * Starts a decision point.
 *
 * @throws CARDEA_INVALID_ARGUMENT when an option is not what it should be, or the address is reached from elsewhere;
 *   CARDEA_IO when it cannot listen there
 *
 * @example
 * ```ts
 * const server = await createServer({ guard: new Guard(storage), port: 8080 });
 * console.log(server.url);
 * ```
 */
export async function createServer(options: ServerOptions): Promise<DecisionServer> {
  return startServer(options, ALONE);
}

/** How a server stands to others of the same process. */
export interface Standing {
  /** Whether others listen at its address too, and get a share of the connections. */
  readonly isShared: boolean;
  /** What stands around the handler of the decision point. @param prefix what stands before every path */
  readonly around: (handle: ApiHandler, prefix: string) => ApiHandler;
}

const ALONE: Standing = { isShared: false, around: (handle) => handle };

/** As {@link createServer}, for one thread of several. */
export async function startServer(options: ServerOptions, standing: Standing): Promise<DecisionServer> {
  const { host = '127.0.0.1', port = 0, bodyLimit = 1 << 20, requestTimeoutMs = 10_000 } = options;
  requireAsked(host, options);
  const app = Fastify({
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: 2 * requestTimeoutMs,
    routerOptions: { maxParamLength: 2048 },
    forceCloseConnections: 'idle',
    // What still comes on a connection while the server ends is answered, and told that it is the last.
    return503OnClosing: false,
    http: httpLimits(requestTimeoutMs),
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, _, reply) => write(reply.hijack().raw, failureResponse(toRequestError(error))),
  });
  try {
    return await listen(app, { ...options, host, port, bodyLimit }, standing);
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** @throws CARDEA_INVALID_ARGUMENT when others reach the address, and nobody is asked who they are */
export function requireAsked(host: string, { authenticators }: Pick<ServerOptions, 'authenticators'>): void {
  if (isLoopback(host) || authenticators !== undefined) return;
  const message = `${quote(host)} is reached from elsewhere, and nobody is asked who they are: set \`authenticators\``;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', message);
}

async function listen(
  app: FastifyInstance,
  options: ServerOptions & { readonly host: string; readonly port: number; readonly bodyLimit: number },
  { isShared, around }: Standing,
): Promise<DecisionServer> {
  // Before it listens, so that what is wrong with the options is told first; its address is known only afterwards.
  const stop = new GracefulStop(app, options.shutdown);
  const point = { ...options, isStopping: () => stop.isStopping };
  const handlerAt = async (publicUrl: string): Promise<ApiHandler> =>
    around(await decisionPoint({ ...point, publicUrl }), metadataOf(publicUrl, { hasSearch: true }).prefix);
  let handle = await handlerAt(options.publicUrl ?? 'http://127.0.0.1');
  const send: Write = (raw, response) => {
    if (stop.isStopping) raw.shouldKeepAlive = false;
    write(raw, response);
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.setErrorHandler((error: FastifyError, _, reply) =>
    send(reply.hijack().raw, failureResponse(toRequestError(error))),
  );
  const answer = (request: RawRequest, reply: FastifyReply): void => {
    const { headers, url } = request;
    if (hasTwoHosts(request.headers)) return send(reply.hijack().raw, TWO_HOSTS);
    const mark = url.indexOf('?');
    reply.hijack();
    const answered = handle({
      method: request.method,
      path: mark === -1 ? url : url.slice(0, mark),
      query: mark === -1 ? '' : url.slice(mark + 1),
      header: (name) => textOf(headers[name]),
      headerNames: () => Object.keys(headers),
      body: request.body instanceof Uint8Array ? request.body : NOTHING,
      peer: request.socket.remoteAddress,
    });
    // A handler never rejects: what is thrown here is a fault of the server itself.
    void answered.then((response) => send(reply.raw, response));
  };
  app.all('/*', answer);
  app.setNotFoundHandler(answer);
  answerDirectly(app.server, { handle: (request) => handle(request), send, bodyLimit: options.bodyLimit });
  // Those beyond two thousand would be dropped; all together have a limit in bytes.
  app.server.maxHeadersCount = 0;
  // More than the framework knows of, which hands it on.
  const place: FastifyListenOptions & { readonly reusePort: boolean } = {
    host: options.host,
    port: options.port,
    reusePort: isShared,
  };
  await app.listen(place).catch((error: NodeJS.ErrnoException) => {
    const reason = REASONS[error.code ?? ''] ?? error.message;
    const where = `${options.host}:${options.port}`;
    throw new CardeaError('CARDEA_IO', `cannot listen at ${quote(where)}: ${reason}`, { cause: error });
  });
  const url = urlOf(app);
  if (options.publicUrl === undefined) handle = await handlerAt(url);
  return { url, close: () => stop.stop() };
}

interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

const NOTHING = new Uint8Array();

/** Why a server cannot listen, by the codes of the system. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  ENOTSUP: 'this system balances no connections among several listeners of one port',
};

function urlOf(app: FastifyInstance): string {
  const [address] = app.addresses();
  if (typeof address !== 'object') throw new CardeaError('CARDEA_IO', 'the server listens at no address');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

/** What the framework refuses before a handler sees it. */
function toRequestError(error: FastifyError): unknown {
  if (error.statusCode === 413) return new RequestError(413, 'the body is too large');
  // A path that is no UTF-8 is none that there is; a content type that is none is not that of JSON (AuthZEN 1.0 §10.1).
  if (error.code === 'FST_ERR_BAD_URL') return new RequestError(404, 'there is nothing at this path');
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new RequestError(400, 'the request cannot be read');
  return error;
}
