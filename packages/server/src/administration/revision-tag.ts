import type { Revision } from 'cardea';
import type { ApiRequest } from '../http/exchange.ts';
import { RequestError } from '../http/request-error.ts';

/** The entity tag of everything of a revision (RFC 9110 §8.8.3). */
export function tagOf(revision: Revision): string {
  return `"${revision}"`;
}

/**
 * The revision that a change is based on: whoever has not seen what is there must not replace it.
 *
 * @throws RequestError 428 when the request does not say, 400 when it says something that is no tag of a revision
 */
export function requireBase(request: ApiRequest): Revision {
  const given = request.header('if-match');
  if (given === undefined)
    throw new RequestError(
      428,
      'a change says by `If-Match` on which revision it is based: the `ETag` of what was read',
    );
  const [, digits] = /^"(0|[1-9]\d{0,14})"$/.exec(given.trim()) ?? [];
  if (digits === undefined) throw new RequestError(400, '`If-Match` is not the `ETag` of one answer');
  return Number(digits);
}
