/**
 * The decision point over HTTP as OpenID AuthZEN 1.0 describes it, as a function from requests to responses. Runs wherever
 * there are web standards.
 *
 * @packageDocumentation
 */
export type { DecisionLog } from './administration/dry-run.ts';
export type {
  ChangeNote,
  HistoryEntry,
  HistoryPage,
  HistoryQuery,
  Intent,
  PendingEntries,
  PolicyHistory,
} from './administration/history.ts';
export { memoryHistory } from './administration/memory-history.ts';
export { ACCESS_POLICIES } from './auth/access.ts';
export { type ApiKeyDocument, parseApiKeyDocument } from './auth/api-key-document.ts';
export { type ApiKeyOptions, type ApiKeyRecord, apiKeys, createApiKey } from './auth/api-keys.ts';
export { type Authenticator, type Caller, type Role, ROLES } from './auth/caller.ts';
export type { CertificateForm } from './auth/certificate-name.ts';
export { type CertificateCaller, proxyCertificates, type ProxyCertificatesOptions } from './auth/proxy-certificates.ts';
export type { DecidesInquiries, Evaluation } from './authzen/decider.ts';
export type { SignMetadata } from './authzen/metadata.ts';
export {
  DECISION_POINT_LIMITS,
  type DecisionPointLimits,
  type DecisionPointOptions,
  decisionPoint,
} from './decision-point.ts';
export { documentEntities } from './entities/document-entities.ts';
export type { EntityDirectory } from './entities/entity-directory.ts';
export {
  type ActionData,
  type EntityData,
  type EntityDocument,
  parseEntityDocument,
} from './entities/entity-document.ts';
export type { HierarchyLimits } from './entities/ancestors.ts';
export type { EntityRecord, EntityReference, EntitySource } from './entities/entity-source.ts';
export { httpEntities, type HttpEntitiesOptions } from './entities/http-entities.ts';
export { memoryDirectory } from './entities/memory-directory.ts';
export { sourceDirectory, type SourceDirectoryOptions } from './entities/source-directory.ts';
export type { EnvoyOptions } from './gateways/envoy.ts';
export type { GatewayOptions } from './gateways/gateways.ts';
export type { OpaOptions } from './gateways/opa.ts';
export type { MetricsPage } from './observe/metrics-route.ts';
export type { Observed, Observer } from './observe/observer.ts';
export type { ApiHandler, ApiRequest, ApiResponse } from './http/exchange.ts';
export { fetchHandler } from './http/fetch-handler.ts';
export { RequestError } from './http/request-error.ts';
