import { request as httpRequest } from 'node:http';
import { allow, deny, Guard, type Json, MemoryStorage, type Policy } from 'cardea';
import { any, startsWith } from 'cardea/rules';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiKeys, createApiKey, type GatewayOptions, memoryDirectory } from '../src/index.ts';
import { createServer, type ServerOptions } from '../src/node/index.ts';

const POLICIES: readonly Policy[] = [
  allow({
    uid: 'public',
    subjects: [any()],
    actions: ['GET', 'HEAD'],
    resources: [{ type: 'route', id: startsWith('/public/') }],
  }),
  allow({ uid: 'staff', subjects: [{ type: 'user', staff: true }], actions: [any()], resources: [{ type: 'route' }] }),
  allow({
    uid: 'beta',
    subjects: [any()],
    actions: ['GET'],
    resources: ['route:/beta'],
    context: { headers: { 'x-beta': 'on' } },
  }),
  allow({
    uid: 'paid',
    subjects: [any()],
    actions: ['GET'],
    resources: ['route:/paid'],
    obligations: [{ type: 'bill' }],
  }),
  allow({ uid: 'jane', subjects: ['user:jane'], actions: ['get'], resources: [{ type: 'pods.unicorn.example.org' }] }),
  allow({ uid: 'debug', subjects: [{ groups: { $anyIn: ['group1'] } }], actions: ['get'], resources: ['path:/debug'] }),
  deny({
    uid: 'secrets',
    subjects: [any()],
    actions: [any()],
    resources: [{ type: 'secrets', namespace: 'kube-system' }],
  }),
  allow({ uid: 'salary', subjects: ['user:bob'], actions: ['GET'], resources: ['salary:bob'] }),
];

const DIRECTORY = memoryDirectory({ entities: [{ type: 'user', id: 'alice', properties: { staff: true } }] });
const JSON_TYPE = { 'content-type': 'application/json' };
const ALL: GatewayOptions = {
  envoy: { subjectHeader: 'X-User', headers: ['X-Beta'] },
  kubernetes: {},
  opa: { path: 'httpapi/authz', question: salaryQuestion },
};

/** The input of Open Policy Agent's own example. */
function salaryQuestion(input: Json): { subject: never; action: never; resource: never } {
  const { user, method, path } = input as { user: string; method: string; path: readonly string[] };
  const [type, id] = path;
  return { subject: { type: 'user', id: user }, action: { name: method }, resource: { type, id } } as never;
}

async function started(gateways: GatewayOptions = ALL, options: Partial<ServerOptions> = {}): Promise<string> {
  const guard = new Guard(new MemoryStorage(POLICIES));
  const server = await createServer({ guard, directory: DIRECTORY, gateways, ...options });
  onTestFinished(() => server.close());
  return server.url;
}

/** Sends what no URL parser has tidied up. */
function raw(
  url: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('what Envoy asks before it lets a request pass', () => {
  const ALICE = { 'x-user': 'alice' };

  it.each<[string, string, Readonly<Record<string, string>>, number]>([
    ['GET', '/public/logo.svg', {}, 200],
    ['HEAD', '/public/logo.svg', {}, 200],
    ['GET', '/public/logo.svg?size=2', { 'content-length': '0' }, 200],
    ['GET', '/public/%C3%A9t%C3%A9', {}, 200],
    ['POST', '/public/logo.svg', {}, 401],
    ['POST', '/public/logo.svg', { 'x-user': 'bob' }, 403],
    ['GET', '/', ALICE, 200],
    ['DELETE', '/books/1', ALICE, 200],
    ['PROPFIND', '/books/1', ALICE, 200],
    ['OPTIONS', '/books/1', ALICE, 200],
    ['POST', '/books/1', { ...ALICE, 'content-type': 'text/plain', 'content-length': '0' }, 200],
    ['DELETE', '/books/1', { 'x-user': 'alice, bob' }, 403],
    ['DELETE', '/books/1', { 'x-user': '' }, 401],
    ['GET', '/beta', { 'x-beta': 'on' }, 200],
    ['GET', '/beta', { 'x-beta': 'off' }, 401],
    ['GET', '/beta', { 'x-other': 'on' }, 401],
    ['GET', '/paid', {}, 401],
  ])('%s %s with %j is answered with %i only', async (method, path, headers, status) => {
    expect(await raw(await started(), method, `/envoy/authorize${path}`, headers)).toBe(status);
  });

  it.each([
    '/public/../admin',
    '/public/./../admin',
    '/public/..%2fadmin',
    '/public/%2e%2e/admin',
    '/public/%2E%2E%2Fadmin',
    '/public/.%2e/admin',
    '/public/..;x=1/admin',
    '/public//admin',
    '//public/admin',
    '/public/..%5cadmin',
    '/public/..\\admin',
    '/public/%252e%252e/admin',
    '/public/%00',
    '/public/%0d%0aX-Admin:1',
  ])('is not let pass where its path can be read in two ways: %s', async (path) => {
    const url = await started();
    expect(await raw(url, 'GET', `/envoy/authorize${path}`, ALICE)).toBe(400);
  });

  it.each(['/public/%ff', '/public/%'])('is not let pass where its path is none: %s', async (path) => {
    expect([400, 404]).toContain(await raw(await started(), 'GET', `/envoy/authorize${path}`, ALICE));
  });

  it('is not confused with other paths', async () => {
    const url = await started();
    for (const path of ['/envoy/authorized', '/envoy/authorizepublic/x', '/envoy', '/ENVOY/authorize/public/x'])
      expect(await raw(url, 'GET', path, ALICE)).toBe(404);
  });

  it('has credentials of its own, and those of the user are no credentials', async () => {
    const { key, record } = await createApiKey({ id: 'envoy', roles: ['decider'] });
    const url = await started(ALL, { authenticators: [apiKeys([record])] });
    const ask = (headers: Readonly<Record<string, string>>): Promise<number> =>
      raw(url, 'GET', '/envoy/authorize/public/x', headers);
    expect(await ask({})).toBe(401);
    expect(await ask({ authorization: `Bearer ${key}` })).toBe(401);
    expect(await ask({ authorization: 'Basic dXNlcjpwdw==', 'cardea-authorization': `Bearer ${key}` })).toBe(200);
  });

  it.each(['cardea-authorization', 'Cardea-Authorization', '', 'a b', 'a\r\nb'])(
    'reads no header `%s`',
    async (subjectHeader) => {
      await expect(started({ envoy: { subjectHeader } })).rejects.toThrow('is no header that policies may read');
    },
  );
});

describe('what Kubernetes asks', () => {
  const review = (spec: object): object => ({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec,
  });
  const PODS = { namespace: 'kittensandponies', verb: 'get', group: 'unicorn.example.org', resource: 'pods' };

  it.each<[string, object, object]>([
    ['a resource', { resourceAttributes: PODS, user: 'jane', groups: ['group1', 'group2'] }, { allowed: true }],
    [
      'a resource of which no policy knows',
      { resourceAttributes: PODS, user: 'bob' },
      { allowed: false, reason: 'no policy applies' },
    ],
    [
      'no resource',
      { nonResourceAttributes: { path: '/debug', verb: 'get' }, user: 'jane', groups: ['group1', 'group2'] },
      { allowed: true },
    ],
    [
      'what is denied whatever others say',
      {
        resourceAttributes: { verb: 'list', resource: 'secrets', namespace: 'kube-system', version: 'v1' },
        user: 'jane',
      },
      { allowed: false, denied: true, reason: 'a policy denies it' },
    ],
    [
      'a resource of the whole cluster, with what is empty',
      {
        resourceAttributes: { verb: 'get', resource: 'nodes', name: 'n1', namespace: '', subresource: '' },
        user: 'jane',
        uid: '1',
      },
      { allowed: false, reason: 'no policy applies' },
    ],
  ])('about %s is answered as the policies say', async (_, spec, status) => {
    const url = await started();
    const response = await fetch(`${url}/kubernetes/authorize`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(review(spec)),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      status,
    });
  });

  it('is denied where a policy cannot be evaluated', async () => {
    const indeterminate = { allowed: false, outcome: 'indeterminate', diagnostics: [], obligations: [] };
    const guard = { check: async () => indeterminate } as never;
    const url = await started(ALL, { guard });
    const body = JSON.stringify(review({ resourceAttributes: PODS, user: 'jane' }));
    const response = await fetch(`${url}/kubernetes/authorize`, { method: 'POST', headers: JSON_TYPE, body });
    expect(await response.json()).toMatchObject({ status: { allowed: false, denied: true } });
  });

  it.each<[string, object]>([
    [
      'another version',
      { ...review({ resourceAttributes: PODS, user: 'jane' }), apiVersion: 'authorization.k8s.io/v1beta1' },
    ],
    ['another kind', { ...review({ resourceAttributes: PODS, user: 'jane' }), kind: 'SelfSubjectAccessReview' }],
    ['no user', review({ resourceAttributes: PODS })],
    ['nothing that is asked', review({ user: 'jane' })],
    ['both', review({ user: 'jane', resourceAttributes: PODS, nonResourceAttributes: { path: '/', verb: 'get' } })],
    ['groups that are a text', review({ user: 'jane', groups: 'system:masters', resourceAttributes: PODS })],
  ])('is refused with %s', async (_, body) => {
    const url = await started();
    const sent = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) };
    expect((await fetch(`${url}/kubernetes/authorize`, sent)).status).toBe(400);
  });

  it('is asked by POST, at one path, by a decider', async () => {
    const { record } = await createApiKey({ id: 'k', roles: ['decider'] });
    const url = await started(ALL, { authenticators: [apiKeys([record])] });
    expect((await fetch(`${url}/kubernetes/authorize`)).status).toBe(405);
    expect((await fetch(`${url}/kubernetes/authorize/x`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${url}/kubernetes/authorize`, { method: 'POST' })).status).toBe(401);
  });
});

describe('what Open Policy Agent is asked', () => {
  const ask = async (url: string, path: string, body: unknown): Promise<readonly [number, unknown]> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
    return [response.status, await response.json()];
  };
  const salary = (user: string): object => ({ input: { method: 'GET', path: ['salary', 'bob'], user } });

  it('is answered at its rules, and undefined elsewhere', async () => {
    const url = await started();
    expect(await ask(url, '/v1/data/httpapi/authz/allow', salary('bob'))).toEqual([200, { result: true }]);
    expect(await ask(url, '/v1/data/httpapi/authz/allow', salary('eve'))).toEqual([200, { result: false }]);
    expect(await ask(url, '/v1/data/httpapi/authz', salary('bob'))).toEqual([200, { result: { allow: true } }]);
    expect(await ask(url, '/v1/data/httpapi', salary('bob'))).toEqual([200, {}]);
    expect(await ask(url, '/v1/data', salary('bob'))).toEqual([200, {}]);
  });

  it('is a question of AuthZEN where nothing else is said', async () => {
    const url = await started({ opa: {} });
    const input = {
      subject: { type: 'user', id: 'bob' },
      action: { name: 'GET' },
      resource: { type: 'salary', id: 'bob' },
    };
    expect(await ask(url, '/v1/data/cardea/allow', { input })).toEqual([200, { result: true }]);
    const message = '`action` is missing';
    expect(await ask(url, '/v1/data/cardea/allow', { input: { subject: input.subject } })).toEqual([
      400,
      { error: message, code: 'invalid_parameter', message },
    ]);
  });

  it.each([{}, { input: null }, { input: 'x' }, []])('is refused as %j', async (body) => {
    const [status, answer] = await ask(await started(), '/v1/data/httpapi/authz/allow', body);
    expect([status, (answer as { code: string }).code]).toEqual([400, 'invalid_parameter']);
  });
});

describe('gateways', () => {
  it('are there only where they are named', async () => {
    const url = await started({});
    for (const path of ['/envoy/authorize/public/x', '/kubernetes/authorize', '/v1/data/cardea/allow'])
      expect((await fetch(`${url}${path}`, { method: 'POST' })).status).toBe(404);
  });

  it('stand below the path of the decision point', async () => {
    const url = await started(ALL, { publicUrl: 'https://pdp.example.com/tenant1' });
    expect(await raw(url, 'GET', '/tenant1/envoy/authorize/public/x')).toBe(200);
    expect(await raw(url, 'GET', '/envoy/authorize/public/x')).toBe(404);
  });

  it('answer 503 where nobody can know', async () => {
    const infrastructure = {
      allowed: false,
      outcome: 'indeterminate',
      obligations: [],
      diagnostics: [{ kind: 'infrastructure' }],
    };
    const url = await started(ALL, { guard: { check: async () => infrastructure } as never });
    expect(await raw(url, 'GET', '/envoy/authorize/public/x')).toBe(503);
  });
});
