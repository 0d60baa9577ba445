import type { Logger } from 'cardea';
import type { ApiHandler, ApiRequest, ApiResponse } from './exchange.ts';
import { RequestError } from './request-error.ts';
import { requestIdOf } from './request-id.ts';
import { answerByRoute, type RouteTable } from './route-table.ts';

/** No answer is for anybody else, or for later. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

const NONE: Readonly<Record<string, string>> = {};

/**
 * Answers requests by routes: with what they give, or with `{"error": "…"}` (AuthZEN 1.0 §10.1.2). What failed within is
 * told to the logger, and to the caller only that something did.
 */
export function apiHandler(routes: RouteTable, logger: Logger | undefined): ApiHandler {
  return async (request) => {
    let id: string | undefined;
    let response: ApiResponse;
    try {
      id = requestIdOf(request.header('x-request-id'));
      const answer = answerByRoute(routes, request);
      response = answer instanceof Promise ? await answer : answer;
    } catch (error) {
      if (!(error instanceof RequestError)) logger?.error({ err: error, requestId: id }, 'a request failed');
      response = failureResponse(error);
    }
    return id === undefined ? response : { ...response, headers: { ...response.headers, 'x-request-id': id } };
  };
}

/** An answer with a body of JSON. */
export function jsonResponse(
  value: object,
  headers: Readonly<Record<string, string>> = NONE,
  status = 200,
): ApiResponse {
  return { status, headers: headers === NONE ? HEADERS : { ...HEADERS, ...headers }, body: JSON.stringify(value) };
}

/** What a caller is told of a failure. */
export function failureResponse(error: unknown): ApiResponse {
  const { status, message, headers, members } =
    error instanceof RequestError ? error : new RequestError(500, 'the request could not be answered');
  return { status, headers: { ...HEADERS, ...headers }, body: JSON.stringify({ error: message, ...members }) };
}

/**
 * @param wanted the media type
 * @throws RequestError 400 when what was sent is not said to be of the type
 */
export function requireJson(request: ApiRequest, wanted = 'application/json'): void {
  const given = request.header('content-type') ?? '';
  // Nearly all are.
  if (given === wanted) return;
  const [type, ...parameters] = given.toLowerCase().split(';');
  const charsets = parameters
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter.startsWith('charset'));
  if (type?.trim() === wanted && charsets.every((charset) => UTF8.test(charset))) return;
  throw new RequestError(400, `the content type is not \`${wanted}\` in UTF-8`);
}

const UTF8 = /^charset="?utf-8"?$/;
