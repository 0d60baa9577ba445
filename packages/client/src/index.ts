/**
 * Asks a decision point over HTTP (OpenID AuthZEN 1.0). Runs wherever there is `fetch`, and depends on nothing.
 *
 * @packageDocumentation
 */
export { ClientError, type ClientErrorKind, type FailureFacts, isClientError } from './client-error.ts';
export type { CallOptions, ClientOptions, EvaluateOptions, SearchOptions } from './client-options.ts';
export { DecisionClient } from './decision-client.ts';
export type { EndpointName, Metadata } from './endpoints.ts';
export type { Json, JsonObject } from './json.ts';
export type {
  ActionSearch,
  Answer,
  Batch,
  BatchSemantic,
  Decides,
  Detail,
  Entity,
  Found,
  NamedAction,
  Question,
  ResourceSearch,
  SubjectSearch,
  Verdict,
  Vocabulary,
} from './question.ts';
export type { Readiness } from './readiness.ts';
export type { Timing } from './timing.ts';
