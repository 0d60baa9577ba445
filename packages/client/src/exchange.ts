import { ClientError, isClientError } from './client-error.ts';
import type { CompleteOptions } from './client-options.ts';
import { isJsonObject, type Json, member } from './json.ts';
import { readBody } from './read-body.ts';

/** One request to a decision point. */
export interface ApiCall {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Statuses whose body is the answer; 200 alone, but for health. */
  readonly statuses?: readonly number[];
}

/**
 * Sends a request once.
 *
 * @returns the body of the answer
 * @throws ClientError, and nothing else
 */
export async function exchange(call: ApiCall, options: CompleteOptions, signal: AbortSignal): Promise<Json> {
  const response = await send(call, options, signal);
  if ((call.statuses ?? [200]).includes(response.status)) return unlessBroken(readBody(response, options.answerLimit));
  throw await failureOf(response, options.answerLimit);
}

async function send(call: ApiCall, { fetch }: CompleteOptions, signal: AbortSignal): Promise<Response> {
  const { url, method, headers, body } = call;
  // A redirection is no answer: followed, it would take questions and credentials to whoever is named.
  const init: RequestInit = { method, headers, redirect: 'manual', signal, ...(body !== undefined && { body }) };
  return unlessBroken(fetch(url, init));
}

async function unlessBroken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (isClientError(cause)) throw cause;
    throw new ClientError('network', 'the decision point was not reached, or the connection broke', { cause });
  }
}

async function failureOf(response: Response, limit: number): Promise<ClientError> {
  const { status, headers } = response;
  const kind = kindOf(status);
  const message =
    kind === 'malformed' ? `the answer has status ${status}` : `status ${status}${await said(response, limit)}`;
  const seconds = headers.get('retry-after') ?? '';
  return new ClientError(kind, message, {
    status,
    ...(/^\d{1,6}$/.test(seconds) && { retryAfterMs: Number(seconds) * 1000 }),
  });
}

function kindOf(status: number): ClientError['kind'] {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 429 || (status >= 502 && status <= 504)) return 'unavailable';
  if (status >= 500) return 'failed';
  // Redirections, and successes without an answer, are no more an answer than what is below 200.
  return status >= 400 ? 'refused' : 'malformed';
}

const LONGEST_MESSAGE = 300;

/** What the decision point says is wrong, for one line of a log; nothing where it does not say it as the standard does. */
async function said(response: Response, limit: number): Promise<string> {
  const body = await readBody(response, limit).catch(() => null);
  const error = isJsonObject(body) ? member(body, 'error') : undefined;
  if (typeof error !== 'string') return '';
  return `: ${error.slice(0, LONGEST_MESSAGE).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, ' ')}`;
}
