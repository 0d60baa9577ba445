import type { ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { failureResponse } from '../http/api-handler.ts';
import { RequestError } from '../http/request-error.ts';

/** How often connections are looked at, at least: Node would let a slow one stay for half a minute longer. */
const LOOKS_EVERY_MS = 1000;

/**
 * What a server of Node takes: a whole request in time, and headers that nobody reads otherwise.
 *
 * @param requestTimeoutMs how long a request may take to arrive
 */
export function httpLimits(requestTimeoutMs: number): ServerOptions {
  return {
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(requestTimeoutMs, LOOKS_EVERY_MS),
    // Of a header that came twice, Node would drop one, and a proxy perhaps the other.
    joinDuplicateHeaders: true,
  };
}

/** Answers what cannot be read as HTTP, and ends its connection: where the next request begins, nobody knows. */
export function refuseConnection(error: { readonly code?: string }, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, message] = REFUSALS[error.code ?? ''] ?? [400, 'Bad Request', 'the request is not HTTP'];
  const { headers, body } = failureResponse(new RequestError(status, message));
  const lines = [
    `HTTP/1.1 ${status} ${reason}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

const REFUSALS: Readonly<Record<string, readonly [number, string, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'the request took too long to arrive'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'the head of the request is too large'],
};
