import { allow, Guard, MemoryStorage } from 'cardea';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import * as client from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiKeys, type Authenticator, createApiKey } from '../src/index.ts';
import { createServer, type DecisionServer } from '../src/node/index.ts';
import { prometheusMetrics } from '../src/observe/index.ts';
import { DIRECTORY, PERMITTED, POLICIES } from './library.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly $ref: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>> };
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

interface Described extends Operation {
  readonly path: string;
  readonly method: string;
  readonly origin: string;
}

interface OpenApi {
  readonly servers: readonly [{ readonly url: string }];
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, Operation>> & { readonly servers?: readonly { url: string }[] }>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** What is sent to exercise an operation; the revision of the moment stands for `If-Match`. */
interface Sent {
  readonly uid?: string;
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
}

const NEW = allow({ uid: 'new', subjects: ['max'], actions: ['get'], resources: ['book'] });
const REVIEW = {
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SubjectAccessReview',
  spec: { user: 'jane', nonResourceAttributes: { path: '/x', verb: 'get' } },
};
const { subject, action, resource } = PERMITTED;

/** In this order: what is changed is there before. Each operation has at least one. */
const EXERCISES: Readonly<Record<string, readonly Sent[]>> = {
  metadata: [{}],
  evaluation: [
    { body: PERMITTED },
    { body: PERMITTED, headers: { 'cardea-include': 'outcome, revision, deciders, explanation' } },
    { body: {}, status: 400 },
    { body: PERMITTED, headers: { 'cardea-min-revision': '999' }, status: 503 },
  ],
  evaluations: [
    { body: PERMITTED },
    { body: { evaluations: [PERMITTED, {}] } },
    { body: { ...PERMITTED, evaluations: [{}], options: { evaluations_semantic: 'deny_on_first_deny' } } },
  ],
  searchSubject: [{ body: { subject: { type: 'user' }, action, resource } }],
  searchResource: [{ body: { subject, action, resource: { type: 'book' }, page: { limit: 1 } } }],
  searchAction: [{ body: { subject, resource } }],
  live: [{}],
  ready: [{}],
  metrics: [{}],
  listPolicies: [{}, { query: '?limit=1' }, { query: '?limit=0', status: 400 }],
  putPolicy: [
    { uid: 'new', body: NEW },
    { uid: 'new', body: { ...NEW, description: 'again' } },
    { uid: 'other', body: NEW, status: 400 },
    { uid: 'new', body: NEW, headers: { 'if-match': '"0"' }, status: 412 },
    { uid: 'new', body: NEW, headers: { 'if-match': '' }, status: 400 },
  ],
  getPolicy: [{ uid: 'new' }, { uid: 'none', status: 404 }],
  patchPolicy: [
    { uid: 'new', body: { description: null } },
    { uid: 'none', body: {}, status: 404 },
  ],
  deletePolicy: [{ uid: 'new' }, { uid: 'none', status: 404 }],
  applyChanges: [
    { body: { changes: [{ type: 'add', policy: NEW }] } },
    { body: { changes: [{ type: 'add', policy: NEW }] }, status: 409 },
  ],
  validatePolicies: [{ body: [NEW] }, { body: [{ uid: 'x', effect: 'allow', subjects: 'y' }], status: 400 }],
  listLinks: [{}, { query: '?template=none&limit=1' }],
  policyHistory: [{}, { query: '?uid=new&limit=1' }, { query: '?limit=x', status: 400 }],
  dryRun: [
    { body: { changes: [{ type: 'delete', uid: 'new' }], inquiries: [PERMITTED] } },
    { body: { changes: [{ type: 'delete', uid: 'readers' }], inquiries: [PERMITTED] } },
    { body: { changes: [], log: 7 }, status: 400 },
  ],
  exportPolicies: [{}, { query: '?format=json' }, { query: '?format=xml', status: 400 }],
  importPolicies: [
    { body: [{ ...NEW, uid: 'imported' }] },
    { body: [{ ...NEW, uid: 'imported', effect: 'deny' }], status: 409 },
    { body: [{ ...NEW, uid: 'imported', effect: 'deny' }], query: '?mode=update' },
  ],
  kubernetesAuthorize: [{ body: REVIEW }, { body: { ...REVIEW, kind: 'x' }, status: 400 }],
  envoyAuthorize: [{ headers: { 'x-user': 'alice' } }],
  opaAllow: [{ body: { input: PERMITTED } }],
  opaPackage: [{ body: { input: PERMITTED } }],
};

let server: DecisionServer;
let document: OpenApi;
let operations: readonly Described[];
let keys: Readonly<Record<'admin' | 'none', string>>;
let validators: (schema: object) => ValidateFunction;
const storage = new MemoryStorage([
  ...POLICIES,
  allow({ uid: 'route', subjects: ['user:alice'], actions: ['GET'], resources: ['route:/'] }),
]);

beforeAll(async () => {
  const admin = await createApiKey({ id: 'admin', roles: ['admin'] });
  keys = { admin: admin.key, none: 'none' };
  const idle: Authenticator = {
    challenge: 'Bearer',
    authenticate: async (request) =>
      request.header('authorization') === 'Bearer none' ? { id: 'none', roles: [] } : undefined,
  };
  server = await createServer({
    guard: new Guard(storage),
    directory: DIRECTORY,
    policies: storage,
    publicUrl: 'https://pdp.example.com/tenant1',
    authenticators: [idle, apiKeys([admin.record])],
    gateways: { envoy: { subjectHeader: 'x-user' }, kubernetes: {}, opa: {} },
    metrics: prometheusMetrics(client),
    limits: { waitMs: 1 },
  });
  document = (await (await fetch(`${server.url}/tenant1/openapi.json`)).json()) as OpenApi;
  operations = Object.entries(document.paths).flatMap(([path, { servers, ...item }]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => ({
        ...operation,
        path,
        method: method.toUpperCase(),
        origin: (servers ?? document.servers)[0]?.url ?? '',
      })),
  );
  const ajv = new Ajv2020({ strict: false, formats: { uri: (text: string) => URL.canParse(text) } });
  ajv.addSchema({ $id: 'https://cardea/', ...document });
  validators = (schema) => ajv.compile(absolute(schema));
});

afterAll(() => server.close());

/** References within the document, for a schema that stands alone. */
function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"https://cardea/#/')) as object;
}

function inputOf({ requestBody }: Operation): readonly [type: string, schema: object] | undefined {
  const [content] = Object.entries(requestBody?.content ?? {});
  return content === undefined ? undefined : [content[0], content[1].schema];
}

async function send(operation: Described, sent: Sent, key: string | undefined): Promise<Response> {
  const type = inputOf(operation)?.[0];
  const writes = operation.parameters?.some(({ $ref }) => $ref.endsWith('/IfMatch'));
  const headers = {
    ...(type !== undefined && { 'content-type': type }),
    ...(writes === true && { 'if-match': `"${await storage.revision()}"` }),
    ...(key !== undefined && { authorization: `Bearer ${key}`, 'cardea-authorization': `Bearer ${key}` }),
    ...sent.headers,
  };
  const place = operation.origin.replace('https://pdp.example.com', server.url);
  const path = operation.path.replace('{uid}', sent.uid ?? 'new');
  const body = sent.body === undefined ? null : JSON.stringify(sent.body);
  return fetch(`${place}${path}${sent.query ?? ''}`, { method: operation.method, headers, body });
}

/** The answer is one that the document has. */
async function expectDescribed(operation: Described, response: Response): Promise<void> {
  const where = `${operation.operationId} ${response.status}`;
  const described = operation.responses[String(response.status)];
  expect(described, where).toBeDefined();
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  expect(Object.keys(described?.content ?? {}), where).toContain(type);
  const validate = validators(described?.content[type]?.schema ?? {});
  const body: unknown = type === 'application/json' ? await response.json() : await response.text();
  expect(validate(body) ? [] : validate.errors, `${where}: ${JSON.stringify(body)}`).toEqual([]);
}

describe('the OpenAPI document', () => {
  it('is one of OpenAPI 3.1', async () => {
    const checked = await new Validator().validate({ ...document });
    expect(checked).toEqual({ valid: true });
  });

  it('describes every route, and nobody needs a key to read it', () => {
    const undescribed = operations.filter(({ summary }) => summary === undefined);
    expect(undescribed.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
    const described = new Set(operations.map(({ operationId }) => operationId));
    expect(described).toEqual(new Set(Object.keys(EXERCISES)));
  });

  it('has the answers that the server gives, of every operation', async () => {
    for (const [id, exercises] of Object.entries(EXERCISES)) {
      const operation = operations.find(({ operationId }) => operationId === id) as Described;
      for (const sent of exercises) {
        const response = await send(operation, sent, operation.security?.length === 0 ? undefined : keys.admin);
        expect([id, sent, response.status]).toEqual([id, sent, sent.status ?? 200]);
        await expectDescribed(operation, response);
      }
    }
  });

  it('has the refusals that every operation has: without credentials, without the role, without JSON', async () => {
    for (const operation of operations.filter(({ security }) => security === undefined)) {
      const [sent = {}] = EXERCISES[operation.operationId ?? ''] ?? [];
      for (const [key, status] of [
        [undefined, 401],
        [keys.none, 403],
      ] as const) {
        const response = await send(operation, sent, key);
        expect([operation.operationId, response.status]).toEqual([operation.operationId, status]);
        await expectDescribed(operation, response);
      }
      if (operation.requestBody === undefined) continue;
      const response = await send(operation, { ...sent, headers: { 'content-type': 'text/plain' } }, keys.admin);
      expect([operation.operationId, response.status]).toEqual([operation.operationId, 400]);
      await expectDescribed(operation, response);
    }
  });

  it('describes the requests that are taken', () => {
    for (const operation of operations) {
      const schema = inputOf(operation)?.[1];
      if (schema === undefined) continue;
      const taken = (EXERCISES[operation.operationId ?? ''] ?? []).filter(({ status }) => status === undefined);
      for (const { body } of taken) {
        const validate = validators(schema);
        expect(validate(body) ? [] : validate.errors, `${operation.operationId}`).toEqual([]);
      }
    }
  });

  it.each(['evaluation', 'searchSubject', 'searchResource', 'searchAction', 'kubernetesAuthorize'])(
    'takes just what the server takes, at %s (law: document ≡ server)',
    async (id) => {
      const operation = operations.find(({ operationId }) => operationId === id) as Described;
      const validate = validators(inputOf(operation)?.[1] ?? {});
      const sound = EXERCISES[id]?.[0]?.body as object;
      await fc.assert(
        fc.asyncProperty(damaged(sound), async (body) => {
          const { status } = await send(operation, { body }, keys.admin);
          expect([status === 200, status]).toEqual([validate(body), validate(body) ? 200 : 400]);
        }),
        { numRuns: Math.min(fc.readConfigureGlobal().numRuns ?? 300, 300) },
      );
    },
  );
});

/** A request of which one part, at any depth, is another value or not there. */
function damaged(sound: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(sound);
  const other = fc.constantFrom<unknown>(undefined, null, true, 7, '', 'x', [], ['x'], {}, { x: 1 });
  return fc.tuple(fc.constantFrom(...paths), other).map(([path, value]) => replaced(sound, path, value));
}

function pathsOf(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([name, each]) => pathsOf(each).map((path) => [name, ...path]))].slice(
    1,
  );
}

function replaced(holder: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const member = (holder as Readonly<Record<string, unknown>>)[name];
  return { ...(holder as object), [name]: replaced(member, rest, value) };
}
