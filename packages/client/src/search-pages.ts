import { ClientError } from './client-error.ts';
import type { SearchOptions } from './client-options.ts';
import { isJsonObject, type Json, type JsonObject, member } from './json.ts';

/** Reads one result, or says by undefined that it is none of what was searched for. */
type ReadResult<T> = (result: JsonObject) => T | undefined;

const MOST_PAGES = 10_000;

/**
 * The results of a search, page after page, each asked for when somebody wants its first result (AuthZEN 1.0 §8.2). It ends
 * with the last one or with an error: never early, as if there were no more.
 *
 * @param ask sends the search with its page
 */
export async function* searchPages<T>(
  ask: (page: JsonObject | undefined) => Promise<Json>,
  read: ReadResult<T>,
  { pageSize, mostPages = MOST_PAGES }: SearchOptions,
): AsyncGenerator<T, void, undefined> {
  const limit = pageSize === undefined ? {} : { limit: pageSize };
  let token: string | undefined;
  for (let pages = 0; ; pages += 1) {
    if (pages === mostPages) throw new ClientError('pages', `the search has more than ${mostPages} pages`);
    const page = token === undefined ? limit : { ...limit, token };
    // oxlint-disable-next-line no-await-in-loop
    const body = await ask(Object.keys(page).length === 0 ? undefined : page);
    yield* resultsOf(body, read);
    const next = nextOf(body);
    if (next === undefined) return;
    if (next === token) throw malformed('a page leads to itself');
    token = next;
  }
}

function resultsOf<T>(body: Json, read: ReadResult<T>): readonly T[] {
  const results = isJsonObject(body) ? member(body, 'results') : undefined;
  if (!Array.isArray(results)) throw malformed('`results` is no list');
  return (results as readonly Json[]).map((result) => {
    const found = isJsonObject(result) ? read(result) : undefined;
    if (found === undefined) throw malformed('a result is none of what was searched for');
    return found;
  });
}

/** Undefined after the last page. */
function nextOf(body: Json): string | undefined {
  const page = isJsonObject(body) ? member(body, 'page') : undefined;
  if (page === undefined || page === null) return undefined;
  const token = isJsonObject(page) ? member(page, 'next_token') : undefined;
  if (typeof token !== 'string') throw malformed('`page.next_token` is no string');
  return token === '' ? undefined : token;
}

/** Reads an entity of a type. */
export function foundEntity(result: JsonObject, wanted: string): JsonObject | undefined {
  const [type, id] = [member(result, 'type'), member(result, 'id')];
  if (type !== wanted || typeof id !== 'string') return undefined;
  return { type, id, ...propertiesOf(result) };
}

/** Reads an action. */
export function foundAction(result: JsonObject): JsonObject | undefined {
  const name = member(result, 'name');
  return typeof name === 'string' ? { name, ...propertiesOf(result) } : undefined;
}

function propertiesOf(result: JsonObject): { readonly properties?: JsonObject } {
  const properties = member(result, 'properties');
  return isJsonObject(properties) ? { properties } : {};
}

function malformed(message: string): ClientError {
  return new ClientError('malformed', `the answer is none of AuthZEN: ${message}`);
}
