/**
 * The decision point over HTTP as OpenID AuthZEN 1.0 describes it, as a function from requests to responses. Runs wherever
 * there are web standards.
 *
 * @packageDocumentation
 */
export { ACCESS_POLICIES } from './auth/access.ts';
export { type ApiKeyDocument, parseApiKeyDocument } from './auth/api-key-document.ts';
export { type ApiKeyOptions, type ApiKeyRecord, apiKeys, createApiKey } from './auth/api-keys.ts';
export { type Authenticator, type Caller, type Role, ROLES } from './auth/caller.ts';
export type { DecidesInquiries } from './authzen/decider.ts';
export type { SignMetadata } from './authzen/metadata.ts';
export {
  DECISION_POINT_LIMITS,
  type DecisionPointLimits,
  type DecisionPointOptions,
  decisionPoint,
} from './decision-point.ts';
export type { EntityDirectory } from './entities/entity-directory.ts';
export {
  type ActionData,
  type EntityData,
  type EntityDocument,
  parseEntityDocument,
} from './entities/entity-document.ts';
export { memoryDirectory } from './entities/memory-directory.ts';
export type { MetricsPage } from './observe/metrics-route.ts';
export type { Observed, Observer } from './observe/observer.ts';
export type { ApiHandler, ApiRequest, ApiResponse } from './http/exchange.ts';
export { fetchHandler } from './http/fetch-handler.ts';
export { RequestError } from './http/request-error.ts';
