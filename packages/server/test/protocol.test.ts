import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decisionPoint, fetchHandler } from '../src/index.ts';
import { createServer, type DecisionServer } from '../src/node/index.ts';
import { DENIED, DIRECTORY, libraryGuard, PERMITTED } from './library.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const EVALUATION = '/access/v1/evaluation';
const API = [
  EVALUATION,
  '/access/v1/evaluations',
  '/access/v1/search/subject',
  '/access/v1/search/resource',
  '/access/v1/search/action',
];
const BODY_LIMIT = 20_000;

interface Sent extends RequestInit {
  readonly path?: string;
}

const ask: Record<string, (sent: Sent) => Promise<Response>> = {};
let server: DecisionServer;

beforeAll(async () => {
  const options = { guard: libraryGuard(), directory: DIRECTORY };
  server = await createServer({ ...options, bodyLimit: BODY_LIMIT });
  const handle = fetchHandler(await decisionPoint({ ...options, publicUrl: 'https://pdp.example' }), {
    bodyLimit: BODY_LIMIT,
  });
  const complete = ({ path = EVALUATION, ...init }: Sent): [string, RequestInit] => [
    path,
    { method: 'POST', headers: JSON_TYPE, ...init },
  ];
  ask['a server of Node'] = (sent) => {
    const [path, init] = complete(sent);
    return fetch(`${server.url}${path}`, init);
  };
  ask['a handler of fetch requests'] = (sent) => {
    const [path, init] = complete(sent);
    return handle(new Request(`https://pdp.example${path}`, init));
  };
});

afterAll(() => server.close());

describe.each(['a server of Node', 'a handler of fetch requests'])('%s', (name) => {
  const send = (sent: Sent): Promise<Response> => (ask[name] as (sent: Sent) => Promise<Response>)(sent);

  it('answers a denial as it answers a permission', async () => {
    for (const [request, decision] of [
      [PERMITTED, true],
      [DENIED, false],
    ] as const) {
      const response = await send({ body: JSON.stringify(request) });
      expect([response.status, await response.json()]).toEqual([200, { decision }]);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  it.each([
    ['a charset', 'application/json; charset=UTF-8'],
    ['a quoted charset', 'application/json;charset="utf-8"'],
    ['capitals', 'Application/JSON'],
    ['another parameter', 'application/json; profile=x'],
  ])('takes a content type with %s', async (_, type) => {
    const response = await send({ headers: { 'content-type': type }, body: JSON.stringify(PERMITTED) });
    expect(await response.json()).toEqual({ decision: true });
  });

  it.each<[string, Sent, number]>([
    ['an empty body', { body: '' }, 400],
    ['no JSON', { body: '{"subject"' }, 400],
    ['a list', { body: '[]' }, 400],
    ['null', { body: 'null' }, 400],
    ['a string', { body: '"x"' }, 400],
    ['a member twice', { body: JSON.stringify(PERMITTED).replace('{', '{"subject":{"type":"user","id":"eve"},') }, 400],
    ['lone surrogates', { body: JSON.stringify(PERMITTED).replace('alice', '\\ud800') }, 400],
    ['bytes that are no UTF-8', { body: Uint8Array.of(0x7b, 0xff, 0x7d) }, 400],
    ['text', { headers: { 'content-type': 'text/plain' } }, 400],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'subject=alice' }, 400],
    ['JSON in another charset', { headers: { 'content-type': 'application/json; charset=utf-16' } }, 400],
    ['a type that only begins alike', { headers: { 'content-type': 'application/json-patch+json' } }, 400],
    ['a body over the limit', { body: JSON.stringify({ ...PERMITTED, context: { x: 'x'.repeat(BODY_LIMIT) } }) }, 413],
    ['too deep a body', { body: `{"context":${'['.repeat(5000)}${']'.repeat(5000)}}` }, 400],
    ['GET', { method: 'GET', body: null }, 405],
    ['PUT', { method: 'PUT' }, 405],
    ['DELETE', { method: 'DELETE' }, 405],
    ['OPTIONS', { method: 'OPTIONS' }, 405],
    ['another path', { path: '/access/v2/evaluation' }, 404],
    ['a path with a slash at its end', { path: `${EVALUATION}/` }, 404],
    ['a path with two slashes', { path: '//access/v1/evaluation' }, 404],
    ['a path in capitals', { path: '/ACCESS/v1/evaluation' }, 404],
    ['an encoded path', { path: '/access/v1/%65valuation' }, 404],
    ['a path of the prototype', { path: '/__proto__' }, 404],
    [
      'an id longer than identifiers are',
      { body: JSON.stringify({ ...PERMITTED, subject: { type: 'user', id: 'x'.repeat(1025) } }) },
      400,
    ],
    ['a request id that is too long', { headers: { ...JSON_TYPE, 'x-request-id': 'x'.repeat(129) } }, 400],
    ['a request id with a space', { headers: { ...JSON_TYPE, 'x-request-id': 'a b' } }, 400],
  ])('refuses %s', async (_, sent, status) => {
    const response = await send({ body: JSON.stringify(PERMITTED), ...sent });
    expect(response.status).toBe(status);
    const body = (await response.json()) as { readonly error: string };
    expect(Object.keys(body)).toEqual(['error']);
    expect(body.error).not.toMatch(/\n|node_modules|\.ts|alice/);
  });

  it('says which methods a path takes', async () => {
    const response = await send({ method: 'PUT', body: '{}' });
    expect(response.headers.get('allow')).toBe('POST');
    const metadata = await send({ path: '/.well-known/authzen-configuration', body: '{}' });
    expect([metadata.status, metadata.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it.each(API)('gives the request id back at %s, with errors too', async (path) => {
    for (const body of [JSON.stringify(PERMITTED), '{']) {
      const response = await send({ path, body, headers: { ...JSON_TYPE, 'x-request-id': 'r-17' } });
      expect(response.headers.get('x-request-id')).toBe('r-17');
    }
    expect((await send({ path, body: '{}' })).headers.has('x-request-id')).toBe(false);
  });

  it('does not confuse the ids of requests that come at once', async () => {
    const ids = Array.from({ length: 50 }, (_, at) => `r-${at}`);
    const body = JSON.stringify(PERMITTED);
    const answers = await Promise.all(ids.map((id) => send({ body, headers: { ...JSON_TYPE, 'x-request-id': id } })));
    expect(answers.map(({ headers }) => headers.get('x-request-id'))).toEqual(ids);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes `%s` for a name like others',
    async (name) => {
      const entity = { type: name, id: name };
      for (const request of [
        { ...PERMITTED, subject: entity },
        { ...PERMITTED, action: { name } },
        { ...PERMITTED, resource: entity },
      ]) {
        const response = await send({ body: JSON.stringify(request) });
        expect([response.status, await response.json()]).toEqual([200, { decision: false }]);
      }
      const properties = `{"${name}":{"role":"librarian"},"locked":false}`;
      const lend = `{"subject":{"type":"user","id":"bob","properties":${properties}},"action":{"name":"lend"},"resource":{"type":"book","id":"a"}}`;
      expect(await (await send({ body: lend })).json()).toEqual({ decision: false });
    },
  );

  it('ignores what it does not know, at every level', async () => {
    const strange = { ...PERMITTED, future: { x: 1 }, subject: { ...PERMITTED.subject, future: [] } };
    expect(await (await send({ body: JSON.stringify(strange) })).json()).toEqual({ decision: true });
  });
});

describe('a server of Node', () => {
  it('tells where its endpoints are, and nothing that it has not', async () => {
    const response = await fetch(`${server.url}/.well-known/authzen-configuration`);
    expect(await response.json()).toEqual({
      policy_decision_point: server.url,
      access_evaluation_endpoint: `${server.url}/access/v1/evaluation`,
      access_evaluations_endpoint: `${server.url}/access/v1/evaluations`,
      search_subject_endpoint: `${server.url}/access/v1/search/subject`,
      search_resource_endpoint: `${server.url}/access/v1/search/resource`,
      search_action_endpoint: `${server.url}/access/v1/search/action`,
    });
    expect(response.headers.get('cache-control')).toContain('max-age=');
  });

  it('has no searches without a directory', async () => {
    const plain = await createServer({ guard: libraryGuard() });
    try {
      const metadata = (await (await fetch(`${plain.url}/.well-known/authzen-configuration`)).json()) as object;
      expect(Object.keys(metadata).filter((name) => name.startsWith('search_'))).toEqual([]);
      const search = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(PERMITTED) };
      expect((await fetch(`${plain.url}/access/v1/search/subject`, search)).status).toBe(404);
    } finally {
      await plain.close();
    }
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.com', '127.0.0.1.example.com'])(
    'does not listen at %s, where others could ask',
    async (host) => {
      await expect(createServer({ guard: libraryGuard(), host })).rejects.toThrow('is reached from elsewhere');
    },
  );

  it('answers what was asked before it ends', async () => {
    let decide: (() => void) | undefined;
    const guard = libraryGuard();
    const held = new Promise<void>((resolve) => {
      decide = resolve;
    });
    const slow = await createServer({
      guard: { check: async (inquiry) => held.then(() => guard.check(inquiry)) },
    });
    const answer = fetch(`${slow.url}${EVALUATION}`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(PERMITTED),
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = slow.close();
    decide?.();
    expect(await (await answer).json()).toEqual({ decision: true });
    await closed;
    await expect(fetch(slow.url)).rejects.toThrow('fetch failed');
  });
});
