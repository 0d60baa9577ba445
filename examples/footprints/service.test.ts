import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import type { StatementGuard } from 'cardea/statements';
import { makeGuard } from './guard.ts';
import { createService } from './service.ts';
import { COUNTRIES, type Footprint, makeTable } from './table.ts';

const ROWS = 2_000;
const USERS = ['user0', 'user3', 'user4', 'user7', 'nobody'];

interface Answer {
  readonly rows: readonly Footprint[];
  readonly complete: boolean;
  readonly next?: number;
}

describe('a service with statements', () => {
  const database = makeTable(ROWS);
  const stored = database.prepare<[], Footprint>('select * from footprints order by id').all();
  let guard: StatementGuard;
  let service: FastifyInstance;

  beforeAll(async () => {
    guard = await makeGuard(10);
    service = createService(database, guard);
  });
  afterAll(async () => {
    await service.close();
    await guard.close();
    database.close();
  });

  const get = async (url: string, user: string): Promise<{ readonly status: number; readonly body: unknown }> => {
    const { statusCode, body } = await service.inject({ url, headers: { 'x-user': user } });
    return { status: statusCode, body: JSON.parse(body) as unknown };
  };

  it.each(USERS)('lists to %s, page by page, what deciding one by one allows', async (user) => {
    const listed: Footprint[] = [];
    for (let after: number | undefined = 0; after !== undefined; ) {
      const { rows, complete, next } = (await get(`/footprints?limit=200&after=${after}`, user)).body as Answer;
      expect([rows.length === 200 || complete, next === undefined]).toEqual([true, complete]);
      listed.push(...rows);
      after = next;
    }
    expect(listed).toEqual(guard.filter(user, 'footprint:getlist', stored));
  });

  it.each(USERS)('lists to %s what is theirs of an account', async (user) => {
    const { rows } = (await get('/accounts/901/footprints?limit=200', user)).body as Answer;
    const ofAccount = stored.filter(({ globalAccountId }) => globalAccountId === '901');
    expect(rows).toEqual(guard.filter(user, 'footprint:getlist', ofAccount));
  });

  it.each(USERS)('shows %s an item that is theirs, and no other', async (user) => {
    const asked = stored.slice(0, 200);
    const shown: Footprint[] = [];
    for (const footprint of asked) {
      const { status, body } = await get(`/footprints/${footprint.id}`, user);
      if (status === 200) shown.push(body as Footprint);
      else expect(status).toBe(404);
    }
    expect(shown).toEqual(guard.filter(user, 'footprint:getitem', asked));
  });

  it('shows area managers their country, auditors some accounts beside it, and nobody those of 94', () => {
    const seen = (user: string, action: string): readonly Footprint[] => guard.filter(user, action, stored);
    const countries = (rows: readonly Footprint[]): ReadonlySet<string> => new Set(rows.map((row) => row.countryId));
    expect([...countries(seen('user0', 'footprint:getlist'))]).toEqual([COUNTRIES[0]]);
    expect(countries(seen('user3', 'footprint:getitem')).size).toBe(COUNTRIES.length);
    expect(seen('user4', 'footprint:getlist')).toEqual(stored.filter(({ kamId }) => kamId !== 94));
    expect(seen('nobody', 'footprint:getlist')).toEqual([]);
  });

  it('shows everything to everybody without a guard', async () => {
    const open = createService(database);
    const { rows } = JSON.parse((await open.inject('/footprints?limit=200')).body) as Answer;
    expect(rows).toEqual(stored.slice(0, 200));
    await open.close();
  });
});
