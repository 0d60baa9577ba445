import { RequestError } from '../http/request-error.ts';

/**
 * The path of a request, its escapes decoded, where every program reads it alike. Whoever decides over `/public/..%2fadmin`
 * and lets it pass has decided over another path than the program behind may answer.
 *
 * @throws RequestError 400 when a part is empty, `.` or `..`, or a slash, a backslash, a control character or another
 *   escape is escaped
 */
export function unambiguousPath(path: string): string {
  const decoded = decode(path);
  const parts = path.split('/').slice(1);
  const isAmbiguous =
    parts.some((part, at) => (part === '' && at < parts.length - 1) || DOTS.test(part)) || HIDDEN.test(path);
  if (decoded !== undefined && !isAmbiguous && !AGAIN.test(decoded)) return decoded;
  throw new RequestError(400, 'the path can be read in more than one way');
}

/** Dots, each perhaps escaped, and what some servers cut off behind them. */
const DOTS = /^(?:\.|%2e){1,2}(?:;.*)?$/i;

const HIDDEN = /%2f|%5c|\\|%[01][0-9a-f]|%7f|[\p{Cc}]/iu;

/** What a second decoding would change. */
const AGAIN = /%[0-9a-f]{2}/i;

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
