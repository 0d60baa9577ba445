import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { failureResponse } from '../http/api-handler.ts';
import type { ApiHandler, ApiResponse } from '../http/exchange.ts';
import { RequestError } from '../http/request-error.ts';
import { readRequestBody } from './request-body.ts';

/** Where most requests go. */
const ENDS = ['/access/v1/evaluation', '/access/v1/evaluations'] as const;

/** Sends an answer. */
export type Write = (response: ServerResponse, answer: ApiResponse) => void;

/** How requests are answered past the framework. */
export interface DirectOptions {
  readonly handle: ApiHandler;
  readonly send: Write;
  /** How many bytes a body may have. */
  readonly bodyLimit: number;
}

/** A request that came, and what it is to be answered with. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Answers evaluations before the framework sees them: what it does for a request costs more than a decision. All other
 * requests stay with the framework, whose server this is.
 *
 * What came in one turn of the event loop is answered together, after it was all read. An answer that is written at once
 * wakes who waits for it, one by one, which takes the system longer than the decision: by `npm run bench:server`, a server
 * that answers 32 connections so takes 34 µs of processor time a request, and took 60 when it answered each at once.
 */
export function answerDirectly(server: Server, { handle, send, bodyLimit }: DirectOptions): void {
  const others = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  let arrived: Exchange[] = [];
  const answerArrived = (): void => {
    const exchanges = arrived;
    arrived = [];
    for (const exchange of exchanges) answer(exchange);
  };
  const answer = ({ request, response }: Exchange): void =>
    readRequestBody(request, bodyLimit, (body) => {
      if (body === undefined) {
        // The rest of it is not read, so that nothing can follow on this connection.
        response.shouldKeepAlive = false;
        return send(response, failureResponse(new RequestError(413, 'the body is too large')));
      }
      const { method = '', url = '', headers } = request;
      const header = (name: string): string | undefined => textOf(headers[name]);
      // A handler never rejects: what is thrown here is a fault of the server itself.
      void handle({ method, path: url, query: '', header, body, peer: request.socket.remoteAddress }).then((answered) =>
        send(response, answered),
      );
    });
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { method, url = '' } = request;
    if (method !== 'POST' || !ENDS.some((end) => url.endsWith(end)) || url.includes('?')) {
      for (const other of others) other.call(server, request, response);
      return;
    }
    if (hasTwoHosts(request.headers)) return send(response, TWO_HOSTS);
    if (arrived.push({ request, response }) === 1) setImmediate(answerArrived);
  });
}

/** Of two hosts, a proxy before may have taken the other one (RFC 9112 §3.2). */
export function hasTwoHosts({ host }: { readonly host?: string | readonly string[] | undefined }): boolean {
  return host?.includes(',') === true;
}

export const TWO_HOSTS: ApiResponse = failureResponse(new RequestError(400, 'two hosts'));

/** The value of a header; one that came several times is a list. */
export function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value;
}

/** Writes an answer at once; nothing of it is looked at again. */
export const write: Write = (response, { status, headers, body }) => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
};
