import { CardeaError, quote } from 'cardea';
import { isJsonObject, type Json } from 'cardea/ast';
import { readBody } from '../http/read-body.ts';
import { readStrictJson } from '../http/strict-json.ts';
import { parseEntity } from './entity-document.ts';
import type { EntityRecord, EntityReference, EntitySource } from './entity-source.ts';

/** A service that knows entities. */
export interface HttpEntitiesOptions {
  /** Where it is; type and id are parameters of its query, so that no id leads to another place. */
  readonly url: string;
  readonly types: readonly string[];
  /** Such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How many bytes an answer may have; 1 MiB when absent. */
  readonly maxBytes?: number;
  /** The one of the machine when absent. */
  readonly fetch?: typeof fetch;
}

const DEPTH = 64;

/**
 * Entities of a service: `GET url?type=user&id=alice` answers with `{"type", "id", "properties", "parents"}` as in documents, or
 * 404 where there is none; `GET url?type=user&limit=100&after=alice` with `{"ids": [...]}`. Anything else is a failure, and so
 * are a redirect and an answer of another entity than was asked for.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the URL is none, has a query, or is not of HTTP
 *
 * @example
 * ```ts
 * const source = httpEntities({ url: 'https://people.internal/entities', types: ['user', 'group'] });
 * ```
 */
export function httpEntities({
  url,
  types,
  headers = {},
  maxBytes = 1 << 20,
  fetch = globalThis.fetch,
}: HttpEntitiesOptions): EntitySource {
  const base = parseUrl(url);
  const ask = async (parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Json | undefined> => {
    const asked = new URL(base);
    asked.search = new URLSearchParams(parameters).toString();
    // Who could redirect could say what is known.
    const response = await fetch(asked, {
      headers: { ...headers, accept: 'application/json' },
      redirect: 'error',
      signal,
    });
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    if (response.status !== 200) throw new Error(`${base.host} answered with ${response.status}`);
    const body = await readBody(response, maxBytes);
    if (body === undefined) throw new Error(`${base.host} answered with more than ${maxBytes} bytes`);
    return readStrictJson(body, DEPTH);
  };
  return {
    types,
    async read(reference, signal) {
      const answer = await ask({ type: reference.type, id: reference.id }, signal);
      return answer === undefined ? undefined : recordOf(answer, reference, base);
    },
    async list(type, { after, limit }, signal) {
      const answer = await ask({ type, limit: String(limit), ...(after !== undefined && { after }) }, signal);
      const ids = answer !== undefined && isJsonObject(answer) ? answer['ids'] : undefined;
      if (!Array.isArray(ids) || ids.length > limit || !ids.every((id) => typeof id === 'string'))
        throw new Error(`${base.host} gave no list of ids`);
      return ids;
    },
  };
}

function recordOf(answer: Json, { type, id }: EntityReference, { host }: URL): EntityRecord {
  const entity = parseEntity(answer);
  if (entity === undefined) throw new Error(`${host} gave no entity`);
  if (entity.type !== type || entity.id !== id) throw new Error(`${host} gave another entity than was asked for`);
  return { properties: entity.properties ?? {}, parents: entity.parents ?? [] };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `${quote(text)} is no URL of HTTP without a query`);
  return url;
}
