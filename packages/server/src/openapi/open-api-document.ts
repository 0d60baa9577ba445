import type { Json, JsonObject } from 'cardea';
import type { GatewayOptions } from '../gateways/gateways.ts';
import type { RouteTable } from '../http/route-table.ts';
import { OPERATIONS, opaOperations, type Operations } from './operations.ts';
import { SCHEMAS } from './schemas.ts';

/** What a decision point is, for its document. */
export interface Described {
  readonly routes: RouteTable;
  readonly gateways: GatewayOptions;
  /** The decision point as it calls itself. */
  readonly base: string;
  /** What stands before every path. */
  readonly prefix: string;
  /** Where its metadata are: outside of the prefix. */
  readonly metadataPath: string;
  /** Whether callers are asked who they are. */
  readonly isAuthenticated: boolean;
}

/**
 * The OpenAPI 3.1 document of a decision point: of what is there, and of nothing else. A route that nobody described is in
 * it without a summary, which a test finds.
 */
export function openApiDocument(described: Described): JsonObject {
  const { base, gateways, isAuthenticated } = described;
  const security = isAuthenticated ? { security: [{ credentials: [] }] } : {};
  return {
    openapi: '3.1.1',
    info: {
      title: 'Cardea decision point',
      summary: 'OpenID AuthZEN 1.0, the administration of policies, and gateways',
      version: '1.0',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: base }],
    ...security,
    paths: Object.fromEntries([...routePaths(described), ...gatewayPaths(gateways)]),
    components: {
      schemas: SCHEMAS,
      parameters: PARAMETERS,
      ...(isAuthenticated && {
        securitySchemes: { credentials: { type: 'http', scheme: 'bearer', description: 'an API key or a token' } },
      }),
    },
  };
}

function routePaths({ routes, prefix, base, metadataPath }: Described): readonly (readonly [string, Json])[] {
  return [...routes].map(([path, route]) => {
    if (path === metadataPath) {
      const { origin } = new URL(base);
      return [path, { servers: [{ url: origin }], ...itemOf(OPERATIONS['/.well-known/authzen-configuration'] ?? {}) }];
    }
    const below = path.slice(prefix.length);
    const operations = Object.hasOwn(OPERATIONS, below) ? OPERATIONS[below] : undefined;
    const methods = Object.keys(route) as (keyof Operations)[];
    const known = Object.fromEntries(methods.map((method) => [method, operations?.[method] ?? UNDESCRIBED]));
    return [below.replace(/\*$/, '{uid}'), itemOf(known, below.endsWith('/*') ? { parameters: [UID] } : {})];
  });
}

/** An answer, and nothing that anybody said of it. */
const UNDESCRIBED: JsonObject = { responses: { default: { description: 'an answer' } } };

function gatewayPaths({ envoy, kubernetes, opa }: GatewayOptions): readonly (readonly [string, Json])[] {
  const named = [
    ...(envoy === undefined ? [] : ['/envoy/authorize']),
    ...(kubernetes === undefined ? [] : ['/kubernetes/authorize']),
  ].map((path) => [path, OPERATIONS[path] ?? {}] as const);
  const data = opa === undefined ? {} : opaOperations(opa.path ?? 'cardea');
  return [...named, ...Object.entries(data)].map(([path, operations]) => [path, itemOf(operations)]);
}

function itemOf(operations: Operations, shared: JsonObject = {}): JsonObject {
  const methods = Object.entries(operations).map(([method, operation]) => [method.toLowerCase(), operation]);
  return { ...shared, ...(Object.fromEntries(methods) as JsonObject) };
}

const UID: JsonObject = { $ref: '#/components/parameters/Uid' };

function header(name: string, description: string, schema: JsonObject, required = false): JsonObject {
  return { name, in: 'header', description, schema, ...(required && { required }) };
}

const PARAMETERS: JsonObject = {
  Include: header('Cardea-Include', 'what else to tell, with commas between', {
    type: 'string',
    examples: ['outcome, revision'],
  }),
  MinRevision: header('Cardea-Min-Revision', 'the revision that the answer must at least be of', {
    type: 'string',
    pattern: '^\\d{1,15}$',
  }),
  RequestId: header('X-Request-ID', 'comes back with the answer', {
    type: 'string',
    pattern: '^[\\x21-\\x7e]{1,128}$',
  }),
  IfMatch: header('If-Match', 'the `ETag` of what the change is based on', { type: 'string' }, true),
  Limit: { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1 } },
  After: { name: 'after', in: 'query', description: '`next` of the page before', schema: { type: 'string' } },
  Template: { name: 'template', in: 'query', description: 'of all when absent', schema: { type: 'string' } },
  OfPolicy: { name: 'uid', in: 'query', description: 'of all when absent', schema: { type: 'string' } },
  Format: { name: 'format', in: 'query', schema: { enum: ['yaml', 'json'], default: 'yaml' } },
  Mode: { name: 'mode', in: 'query', schema: { enum: ['add', 'update', 'replace'], default: 'add' } },
  Uid: { name: 'uid', in: 'path', required: true, schema: { type: 'string' } },
};
