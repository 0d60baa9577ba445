import fc from 'fast-check';
import { allow, Guard, type Json, type JsonObject, MemoryStorage } from 'cardea';
import { any } from 'cardea/rules';
import { describe, expect, it } from 'vitest';
import { type ApiResponse, decisionPoint, type DecisionPointOptions, memoryDirectory } from '../src/index.ts';
import { DENIED, DIRECTORY, libraryGuard, PERMITTED } from './library.ts';

const LIBRARY = { guard: libraryGuard(), directory: DIRECTORY, publicUrl: 'https://pdp.example/tenant1' };
const USERS_OF_A = { subject: { type: 'user' }, action: { name: 'read' }, resource: { type: 'book', id: 'a' } };
const BOOKS = { subject: { type: 'user', id: 'alice' }, action: { name: 'read' }, resource: { type: 'book' } };

interface Point {
  readonly post: (path: string, body: Json) => Promise<Answer>;
  readonly get: (path: string) => Promise<ApiResponse>;
}

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  readonly text: string;
}

async function pointOf(options: DecisionPointOptions): Promise<Point> {
  const handle = await decisionPoint(options);
  const header = (name: string): string | undefined => (name === 'content-type' ? 'application/json' : undefined);
  return {
    async post(path, body) {
      const bytes = new TextEncoder().encode(JSON.stringify(body));
      const prefix = new URL(options.publicUrl).pathname.replace(/\/$/, '');
      const answer = await handle({
        method: 'POST',
        path: `${prefix}/access/v1/${path}`,
        query: '',
        header,
        body: bytes,
      });
      return { status: answer.status, body: JSON.parse(answer.body) as JsonObject, text: answer.body };
    },
    get: (path) => handle({ method: 'GET', path, query: '', header, body: new Uint8Array() }),
  };
}

describe('an evaluation', () => {
  it('counts what the request says of an entity before what is stored of it', async () => {
    const { post } = await pointOf(LIBRARY);
    const unlocked = { ...DENIED, resource: { ...DENIED.resource, properties: { locked: false } } };
    expect((await post('evaluation', unlocked)).body).toEqual({ decision: true });
  });

  it('fails with 503, and never permits, when the policies or the directory cannot be read', async () => {
    const failing = await pointOf({
      ...LIBRARY,
      guard: new Guard(new MemoryStorage(), {
        attributes: [{ name: 'directory', of: 'subject', fetch: async () => Promise.reject(new Error('secret host')) }],
      }),
    });
    expect(await failing.post('evaluation', PERMITTED)).toMatchObject({
      status: 503,
      body: { error: 'policies or attributes cannot be read' },
    });
    const batch = await failing.post('evaluations', { ...PERMITTED, evaluations: [{}] });
    expect(batch.body['evaluations']).toMatchObject([{ decision: false, context: { error: { status: 503 } } }]);
  });

  it('fails with 500 and says nothing when something within fails', async () => {
    const told: unknown[] = [];
    const log = (fields: object): void => void told.push(fields);
    const logger = { trace: log, debug: log, info: log, warn: log, error: log };
    const guard = { check: () => Promise.reject(new Error('password=hunter2')) };
    const { post } = await pointOf({ ...LIBRARY, guard, logger });
    const answer = await post('evaluation', PERMITTED);
    expect([answer.status, answer.text]).toEqual([500, '{"error":"the request could not be answered"}']);
    expect(told).toHaveLength(1);
  });
});

describe('a batch', () => {
  it('says of an item why it was not evaluated', async () => {
    const { post } = await pointOf(LIBRARY);
    const { body } = await post('evaluations', { ...PERMITTED, evaluations: [{ subject: { type: 'user' } }, 7, {}] });
    expect(body).toEqual({
      evaluations: [
        { decision: false, context: { error: { status: 400, message: '`subject.id` is missing' } } },
        { decision: false, context: { error: { status: 400, message: 'the item is not an object' } } },
        { decision: true },
      ],
    });
  });

  it('has a limit', async () => {
    const { post } = await pointOf({ ...LIBRARY, limits: { evaluations: 2 } });
    const items = (count: number): JsonObject => ({
      ...PERMITTED,
      evaluations: Array.from({ length: count }, () => ({})),
    });
    expect((await post('evaluations', items(2))).status).toBe(200);
    expect((await post('evaluations', items(3))).body).toEqual({ error: '`evaluations` has more than 2 items' });
  });

  it('decides as single evaluations do, whatever its parts', async () => {
    const { post } = await pointOf(LIBRARY);
    const part = <T>(...values: readonly T[]) => fc.constantFrom(...values);
    const item = fc.record(
      {
        subject: part<Json>(PERMITTED.subject, { type: 'user', id: 'bob' }, { type: 'user' }, null, 'x'),
        action: part<Json>({ name: 'read' }, { name: 'lend' }, {}, { name: 1 }),
        resource: part<Json>(PERMITTED.resource, DENIED.resource, {}, []),
        context: part<Json>({}, { x: 1 }, 'x'),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(item, fc.array(item, { minLength: 1, maxLength: 5 }), async (defaults, evaluations) => {
        const { body } = await post('evaluations', { ...defaults, evaluations });
        const singles = await Promise.all(evaluations.map((each) => post('evaluation', { ...defaults, ...each })));
        const decisions = (body['evaluations'] as readonly JsonObject[]).map(({ decision }) => decision);
        expect(decisions).toEqual(singles.map((single) => single.body['decision'] === true));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a search', () => {
  it('goes on where it stopped, whatever the size of its pages, with each result once', async () => {
    const ids = fc.uniqueArray(
      fc.string({ unit: 'binary' }).filter((id) => id.isWellFormed()),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(
        ids,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 7 }),
        async (all, limit, mostTried) => {
          const readable = all.filter((_, at) => at % 3 !== 1);
          const guard = new Guard(
            new MemoryStorage([
              allow({
                uid: 'some',
                subjects: [any()],
                actions: ['read'],
                resources: ['none', ...readable.map((id) => ({ type: 'book', id: { $eq: id } }))],
              }),
            ]),
          );
          const directory = memoryDirectory({ entities: all.map((id) => ({ type: 'book', id })) });
          const { post } = await pointOf({ ...LIBRARY, guard, directory, limits: { mostTried } });
          const found: Json[] = [];
          for (let token = '', at = 0; at === 0 || token !== ''; at += 1) {
            const page = at === 0 ? { limit } : { token };
            const { status, body } = await post('search/resource', { ...BOOKS, page });
            expect(status).toBe(200);
            const results = body['results'] as readonly JsonObject[];
            expect(results.length).toBeLessThanOrEqual(limit);
            found.push(...results.map(({ id }) => id as string));
            token = (body['page'] as { readonly next_token: string }).next_token;
            expect(at).toBeLessThan(100);
          }
          expect(found).toEqual(readable.toSorted());
        },
      ),
      { numRuns: 100 },
    );
  });

  it('finds what evaluations permit, and nothing else', async () => {
    const { post } = await pointOf(LIBRARY);
    expect((await post('search/resource', BOOKS)).text).toBe(
      '{"results":[{"type":"book","id":"a"},{"type":"book","id":"c"}]}',
    );
    const actions = (id: string): JsonObject => ({ subject: { type: 'user', id }, resource: PERMITTED.resource });
    expect((await post('search/action', actions('alice'))).body).toEqual({
      results: [{ name: 'read' }, { name: 'lend' }],
    });
    expect((await post('search/action', actions('bob'))).body).toEqual({ results: [{ name: 'read' }] });
  });

  it('gives the same bytes when it is asked again', async () => {
    const { post } = await pointOf(LIBRARY);
    const first = await post('search/resource', { ...BOOKS, page: { limit: 1 } });
    expect((await post('search/resource', { ...BOOKS, page: { limit: 1 } })).text).toBe(first.text);
    expect(Object.keys(first.body)).toEqual(['page', 'results']);
  });

  it('gives nothing and a token to whoever asks for no results, and goes on from there', async () => {
    const { post } = await pointOf(LIBRARY);
    const none = await post('search/resource', { ...BOOKS, page: { limit: 0 } });
    expect(none.body['results']).toEqual([]);
    const { next_token: token } = none.body['page'] as { readonly next_token: string };
    const { body } = await post('search/resource', { ...BOOKS, page: { token, limit: 9 } });
    expect(body['results']).toHaveLength(2);
  });

  it.each<[string, (token: string) => JsonObject]>([
    ['a token of nobody', () => ({ ...BOOKS, page: { token: 'AAAA' } })],
    ['a token that is empty', () => ({ ...BOOKS, page: { token: '' } })],
    ['a token that is no text', () => ({ ...BOOKS, page: { token: 7 } })],
    ['a token that was changed', (token) => ({ ...BOOKS, page: { token: flipped(token) } })],
    ['a token that was shortened', (token) => ({ ...BOOKS, page: { token: token.slice(0, 20) } })],
    ['a token of another subject', (token) => ({ ...BOOKS, subject: { type: 'user', id: 'bob' }, page: { token } })],
    ['a token of another action', (token) => ({ ...BOOKS, action: { name: 'lend' }, page: { token } })],
    ['a token of another context', (token) => ({ ...BOOKS, context: { x: 1 }, page: { token } })],
    ['a token with another limit', (token) => ({ ...BOOKS, page: { token, limit: 2 } })],
    ['a limit below 0', () => ({ ...BOOKS, page: { limit: -1 } })],
    ['a limit that is not whole', () => ({ ...BOOKS, page: { limit: 1.5 } })],
    ['a limit that is a text', () => ({ ...BOOKS, page: { limit: '1' } })],
    ['a page that is a list', () => ({ ...BOOKS, page: [] })],
  ])('refuses %s', async (_, changed) => {
    const { post } = await pointOf(LIBRARY);
    const { body } = await post('search/resource', { ...BOOKS, page: { limit: 1 } });
    const { next_token: token } = body['page'] as { readonly next_token: string };
    const goodOn = await post('search/resource', { ...BOOKS, page: { token } });
    expect(goodOn.body['results']).toEqual([{ type: 'book', id: 'c' }]);
    expect((await post('search/resource', changed(token))).status).toBe(400);
  });

  it('does not take the token of another kind of search', async () => {
    const { post } = await pointOf(LIBRARY);
    const { body } = await post('search/subject', { ...USERS_OF_A, page: { limit: 1 } });
    const { next_token: token } = body['page'] as { readonly next_token: string };
    expect((await post('search/resource', { ...BOOKS, page: { token } })).status).toBe(400);
  });

  it('takes tokens made with a former secret, and makes none with it', async () => {
    const [old, fresh] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const before = await pointOf({ ...LIBRARY, pageSecrets: [old] });
    const during = await pointOf({ ...LIBRARY, pageSecrets: [fresh, old] });
    const after = await pointOf({ ...LIBRARY, pageSecrets: [fresh] });
    const tokenOf = async (point: Point): Promise<string> => {
      const { body } = await point.post('search/resource', { ...BOOKS, page: { limit: 1 } });
      return (body['page'] as { readonly next_token: string }).next_token;
    };
    const statusOf = async (point: Point, token: string): Promise<number> =>
      (await point.post('search/resource', { ...BOOKS, page: { token } })).status;
    expect(await statusOf(during, await tokenOf(before))).toBe(200);
    expect(await statusOf(after, await tokenOf(before))).toBe(400);
    expect(await statusOf(after, await tokenOf(during))).toBe(200);
  });

  it('tells nobody in its token where it is', async () => {
    const { post } = await pointOf(LIBRARY);
    const { body } = await post('search/subject', { ...USERS_OF_A, page: { limit: 1 } });
    const { next_token: token } = body['page'] as { readonly next_token: string };
    expect(atob(token.replaceAll('-', '+').replaceAll('_', '/'))).not.toContain('alice');
  });
});

describe('the metadata', () => {
  it('of a decision point below a path stands between host and path', async () => {
    const { get } = await pointOf(LIBRARY);
    const { body } = await get('/.well-known/authzen-configuration/tenant1');
    expect(JSON.parse(body)).toMatchObject({
      policy_decision_point: 'https://pdp.example/tenant1',
      access_evaluation_endpoint: 'https://pdp.example/tenant1/access/v1/evaluation',
    });
  });

  it.each([
    ['no URL', 'pdp'],
    ['a query', 'https://pdp.example/?x=1'],
    ['a fragment', 'https://pdp.example/#x'],
    ['an empty query', 'https://pdp.example/?'],
    ['plain HTTP of another machine', 'http://pdp.example'],
    ['another scheme', 'ftp://pdp.example'],
    ['a password', 'https://a:b@pdp.example'],
  ])('cannot be of an address that is or has %s', async (_, publicUrl) => {
    await expect(decisionPoint({ ...LIBRARY, publicUrl })).rejects.toThrow('the public URL');
  });
});

describe('a decision point', () => {
  it.each([
    ['a limit of 0', { limits: { evaluations: 0 } }, 'the limit `evaluations`'],
    ['a limit that is no number', { limits: { depth: Number.NaN } }, 'the limit `depth`'],
    ['a short secret', { pageSecrets: [new Uint8Array(31)] }, 'fewer than 32 bytes'],
  ] as [string, Partial<DecisionPointOptions>, string][])('refuses %s', async (_, options, message) => {
    await expect(decisionPoint({ ...LIBRARY, ...options })).rejects.toThrow(message);
  });
});

function flipped(token: string): string {
  const middle = token.length >> 1;
  return `${token.slice(0, middle)}${token[middle] === 'A' ? 'B' : 'A'}${token.slice(middle + 1)}`;
}
