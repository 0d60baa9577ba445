import type { JsonObject, NamedAction } from 'cardea';
import { canonicalJson, isJsonObject } from 'cardea/ast';
import type { EntityDirectory } from '../entities/entity-directory.ts';
import { RequestError } from '../http/request-error.ts';
import type { Decider, Evaluation } from './decider.ts';
import type { PagePosition, PageTokens } from './page-token.ts';
import { member, readAction, readContext, readEntity, readEntityType } from './read-parts.ts';

/** What is searched for. */
export type SearchKind = 'subject' | 'resource' | 'action';

/** What a search needs. */
export interface SearchOptions {
  readonly directory: EntityDirectory;
  readonly decider: Decider;
  readonly tokens: PageTokens;
  /** How many results a page has where the request does not say, and at most. */
  readonly pageSize: number;
  /** How many candidates are tried for one answer: where more are left, the answer says where to go on. */
  readonly mostTried: number;
}

/** The answer to a search (AuthZEN 1.0 §8.3). */
export interface SearchBody {
  /** Absent where nobody asked for pages and this is everything. */
  readonly page?: { readonly next_token: string; readonly count: number };
  readonly results: readonly JsonObject[];
}

/** One that may be a result. */
interface Candidate {
  /** Where the search goes on after it. */
  readonly key: string;
  readonly evaluation: Evaluation;
  readonly result: JsonObject;
}

/** A search that was read: the candidates in order, and what makes it this search and no other. */
interface Search {
  readonly identity: JsonObject;
  readonly candidates: (after: string | undefined, limit: number) => Promise<readonly Candidate[]>;
}

/**
 * Subject, Resource and Action Search (AuthZEN 1.0 §8): those of the directory for which an evaluation says yes. No result
 * is left out silently: where there may be more, `page.next_token` says so.
 *
 * @throws RequestError 400 when the request is not sound, or its token is of another search
 */
export async function search(kind: SearchKind, request: JsonObject, options: SearchOptions): Promise<SearchBody> {
  const { identity, candidates } = READ[kind](request, options.directory);
  const identified = canonicalJson({ kind, ...identity });
  const page = await readPage(request, identified, options);
  const limit = Math.min(page.limit ?? options.pageSize, options.pageSize);
  const { results, after, isAll } = await collect(candidates, { after: page.after, limit }, options);
  if (isAll && !page.isAskedFor) return { results };
  // Who asks for none would else be given none forever.
  const position = { limit: page.limit === 0 ? null : page.limit, after };
  const next_token = isAll ? '' : await options.tokens.seal(position, identified);
  return { page: { next_token, count: results.length }, results };
}

const READ: Readonly<Record<SearchKind, (request: JsonObject, directory: EntityDirectory) => Search>> = {
  subject(request, directory) {
    const { type } = readEntityType(request, 'subject');
    const rest = { action: readAction(request), resource: readEntity(request, 'resource'), ...readContext(request) };
    return {
      identity: { subject: type, ...rest } as unknown as JsonObject,
      candidates: async (after, limit) =>
        (await directory.list(type, after, limit)).map((id) => ({
          key: id,
          evaluation: { subject: { type, id }, ...rest },
          result: { type, id },
        })),
    };
  },
  resource(request, directory) {
    const { type } = readEntityType(request, 'resource');
    const rest = { subject: readEntity(request, 'subject'), action: readAction(request), ...readContext(request) };
    return {
      identity: { resource: type, ...rest } as unknown as JsonObject,
      candidates: async (after, limit) =>
        (await directory.list(type, after, limit)).map((id) => ({
          key: id,
          evaluation: { resource: { type, id }, ...rest },
          result: { type, id },
        })),
    };
  },
  action(request, directory) {
    const rest = {
      subject: readEntity(request, 'subject'),
      resource: readEntity(request, 'resource'),
      ...readContext(request),
    };
    return {
      identity: rest as unknown as JsonObject,
      candidates: async (after, limit) => {
        const actions = await directory.actions(rest.resource.type);
        const start = after === undefined ? 0 : Number(after) + 1;
        return actions.slice(start, start + limit).map((action, at) => ({
          key: String(start + at),
          evaluation: { action, ...rest },
          result: resultOf(action),
        }));
      },
    };
  },
};

function resultOf({ name, properties }: NamedAction): JsonObject {
  return properties === undefined ? { name } : { name, properties };
}

interface Page extends PagePosition {
  readonly isAskedFor: boolean;
}

async function readPage(request: JsonObject, identified: string, { tokens }: SearchOptions): Promise<Page> {
  const page = member(request, 'page');
  if (page === undefined) return { limit: null, after: undefined, isAskedFor: false };
  if (!isJsonObject(page)) throw new RequestError(400, '`page` is not an object');
  const limit = member(page, 'limit');
  if (limit !== undefined && !(Number.isSafeInteger(limit) && Number(limit) >= 0))
    throw new RequestError(400, '`page.limit` is not a whole number from 0 on');
  const token = member(page, 'token');
  if (token === undefined)
    return { limit: limit === undefined ? null : Number(limit), after: undefined, isAskedFor: true };
  if (typeof token !== 'string') throw new RequestError(400, '`page.token` is not a string');
  const position = await tokens.open(token, identified);
  if (limit !== undefined && position.limit !== null && limit !== position.limit)
    throw new RequestError(400, '`page.limit` is another than that of the pages before');
  return {
    limit: position.limit ?? (limit === undefined ? null : Number(limit)),
    after: position.after,
    isAskedFor: true,
  };
}

interface Collected {
  readonly results: readonly JsonObject[];
  /** The last candidate that need not be tried again. */
  readonly after: string | undefined;
  /** Whether there are no more results. */
  readonly isAll: boolean;
}

/** Tries candidates until a page is full and one more result is known, which the next page begins with. */
async function collect(
  candidates: Search['candidates'],
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
  { decider, mostTried }: SearchOptions,
): Promise<Collected> {
  const results: JsonObject[] = [];
  let last = after;
  for (let tried = 0; tried < mostTried; ) {
    const wanted = Math.min(BATCH, mostTried - tried);
    // oxlint-disable-next-line no-await-in-loop
    const batch = await candidates(last, wanted);
    // oxlint-disable-next-line no-await-in-loop
    const answers = await Promise.all(batch.map(({ evaluation }) => decider.decide(evaluation)));
    for (const [at, { key, result }] of batch.entries()) {
      const isResult = answers[at]?.decision.allowed === true;
      if (isResult && results.length === limit) return { results, after: last, isAll: false };
      if (isResult) results.push(result);
      last = key;
    }
    if (batch.length < wanted) return { results, after: last, isAll: true };
    tried += batch.length;
  }
  return { results, after: last, isAll: false };
}

/** How many candidates are asked for and decided at once. */
const BATCH = 256;
