import type { ApiRequest } from '../http/exchange.ts';
import { RequestError } from '../http/request-error.ts';

/** What a request is told to bring (RFC 6750 §3). */
export const BEARER_CHALLENGE = 'Bearer realm="cardea"';

/** The token of `Authorization: Bearer`; undefined where there is none, or it is of another scheme. */
export function bearerOf(request: ApiRequest): string | undefined {
  const [, token] = /^bearer +(\S+) *$/i.exec(request.header('authorization') ?? '') ?? [];
  return token;
}

/** Whether a token is a key of ours, right or wrong; any other is of somebody who issues tokens. */
export function isApiKey(token: string): boolean {
  return /^cardea_/i.test(token);
}

/** The same for every reason, so that nobody learns which it was. */
export function invalidBearer(): RequestError {
  return new RequestError(401, 'the credentials are not valid', {
    'www-authenticate': `${BEARER_CHALLENGE}, error="invalid_token"`,
  });
}
