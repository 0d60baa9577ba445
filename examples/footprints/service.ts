// oxlint-disable oxc/no-async-endpoint-handlers -- fastify waits for them
import type BetterSqlite from 'better-sqlite3';
import { type Page, page } from 'cardea/filter';
import type { StatementGuard } from 'cardea/statements';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { openReader, plannedReaders, type Reader } from './readers.ts';
import type { Footprint } from './table.ts';

/**
 * A service with two lists and single footprints. With a guard, whoever the header `x-user` names sees what statements
 * allow: lists are filtered in the database, page by page, and an item that may not be seen is not there.
 *
 * @param guard everybody sees everything without one
 */
export function createService(database: BetterSqlite.Database, guard?: StatementGuard): FastifyInstance {
  const service = fastify();
  const readerFor = guard === undefined ? openTo(database) : allowedBy(guard, database);
  const maySee = async (user: string, footprint: Footprint): Promise<boolean> =>
    guard === undefined || (await guard.isAllowed(user, 'footprint:getitem', footprint));
  const item = database.prepare<[number], Footprint>('select * from footprints where id = ?');
  const schema = { querystring: QUERY, response: { 200: PAGE } };

  service.get<{ Querystring: Place }>('/footprints', { schema }, async (request) => {
    const reader = await readerFor(userOf(request));
    return pageOf(request.query, reader.all);
  });
  service.get<{ Querystring: Place; Params: Account }>('/accounts/:account/footprints', { schema }, async (request) => {
    const reader = await readerFor(userOf(request));
    return pageOf(request.query, (after, limit) => reader.ofAccount(request.params.account, after, limit));
  });
  const itemSchema = { params: ITEM, response: { 200: FOOTPRINT, 404: PROBLEM } };
  service.get<{ Params: Item }>('/footprints/:id', { schema: itemSchema }, async (request, reply) => {
    const found = item.get(request.params.id);
    const isSeen = found !== undefined && (await maySee(userOf(request), found));
    return isSeen ? found : reply.code(404).send({ error: 'there is no such footprint' });
  });
  return service;
}

interface Place {
  readonly after: number;
  readonly limit: number;
}

interface Account {
  readonly account: string;
}

interface Item {
  readonly id: number;
}

const QUERY = {
  type: 'object',
  properties: {
    after: { type: 'integer', minimum: 0, default: 0 },
    limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  },
} as const;

/** What is told of a footprint, and no column more. */
const FOOTPRINT = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    name: { type: 'string' },
    countryId: { type: 'string' },
    customerId: { type: 'string' },
    globalAccountId: { type: 'string' },
    salesChannelId: { type: 'string' },
    storeFormatId: { type: 'integer' },
    kamId: { type: 'integer', nullable: true },
    comment: { type: 'string', nullable: true },
  },
} as const;

const PAGE = {
  type: 'object',
  properties: {
    rows: { type: 'array', items: FOOTPRINT },
    complete: { type: 'boolean' },
    next: { type: 'integer' },
  },
} as const;

const PROBLEM = { type: 'object', properties: { error: { type: 'string' } } } as const;

const ITEM = { type: 'object', properties: { id: { type: 'integer' } } } as const;

function openTo(database: BetterSqlite.Database): (user: string) => Reader {
  const reader = openReader(database);
  return () => reader;
}

function allowedBy(guard: StatementGuard, database: BetterSqlite.Database): (user: string) => Promise<Reader> {
  const readerOf = plannedReaders(database);
  return async (user) => readerOf(await guard.plan(user, 'footprint:getlist'));
}

async function pageOf({ after, limit }: Place, read: Reader['all']): Promise<Page<Footprint, number>> {
  const rows = async (place: number | undefined, count: number): Promise<readonly Footprint[]> =>
    read(place ?? 0, count);
  return page({ rows, keyOf: ({ id }) => id }, { after, limit });
}

// Who they are is another matter: behind a proxy that knows, or with a token.
function userOf({ headers }: FastifyRequest): string {
  return String(headers['x-user'] ?? '');
}
