import { RequestError } from './request-error.ts';

const USABLE = /^[\x21-\x7e]{1,128}$/;

/**
 * The identifier that a caller gave its request, to be given back (AuthZEN 1.0 §10.1.3).
 *
 * @returns undefined where there is none
 * @throws RequestError 400 when it cannot be told in a header or a line of a log
 */
export function requestIdOf(given: string | undefined): string | undefined {
  if (given === undefined || USABLE.test(given)) return given;
  throw new RequestError(400, '`X-Request-ID` is not 1 to 128 visible ASCII characters');
}
