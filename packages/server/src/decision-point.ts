import { CardeaError, type Clock, type Json, type JsonObject, type Logger, type Storage, systemClock } from 'cardea';
import { answerableStorage } from './administration/answerable-storage.ts';
import type { DecisionLog, DryRunOptions } from './administration/dry-run.ts';
import type { PolicyHistory } from './administration/history.ts';
import { memoryHistory } from './administration/memory-history.ts';
import { policyRoutes } from './administration/policy-routes.ts';
import { type AccessAction, admission } from './auth/access.ts';
import type { Authenticator } from './auth/caller.ts';
import { AnswerRevision } from './authzen/answer-revision.ts';
import { type Decide, type DecidesInquiries, decider } from './authzen/decider.ts';
import { type Details, readDetails } from './authzen/details.ts';
import { evaluate } from './authzen/evaluation.ts';
import { evaluateAll } from './authzen/evaluations.ts';
import { atLeast, readLeastRevision } from './authzen/least-revision.ts';
import { type EndpointPath, metadataOf, type SignMetadata, signedBody } from './authzen/metadata.ts';
import { pageTokens } from './authzen/page-token.ts';
import { requireObject } from './authzen/read-parts.ts';
import { type MetricsPage, metricsRoute } from './observe/metrics-route.ts';
import { observedHandler, type Observer } from './observe/observer.ts';
import { search, type SearchKind } from './authzen/search.ts';
import { answerableDirectory } from './entities/answerable-directory.ts';
import type { EntityDirectory } from './entities/entity-directory.ts';
import { type GatewayOptions, withGateways } from './gateways/gateways.ts';
import { healthRoutes } from './health-routes.ts';
import { apiHandler, jsonResponse, requireJson } from './http/api-handler.ts';
import type { ApiHandler } from './http/exchange.ts';
import { type Route, routeOf } from './http/route-table.ts';
import { readStrictJson } from './http/strict-json.ts';
import { openApiDocument } from './openapi/open-api-document.ts';

/** What a decision point is made of. */
export interface DecisionPointOptions {
  /** What decides: a guard of cardea, resident or on demand. */
  readonly guard: DecidesInquiries;
  /** How callers reach it, such as `https://pdp.example.com` or `https://example.com/tenant1`. */
  readonly publicUrl: string;
  /** What is known of subjects and resources. The searches are there where it is. */
  readonly directory?: EntityDirectory;
  /**
   * Where the policies are that may be read and changed over HTTP: the storage of the guard. Only with `authenticators`:
   * nobody changes policies unasked who they are.
   */
  readonly policies?: Storage;
  /** Remembers who changed policies over HTTP, and when; `memoryHistory` when absent. */
  readonly history?: PolicyHistory;
  /** Where dry runs take a sample of inquiries from. */
  readonly decisionLog?: DecisionLog;
  /** Makes a guard as `guard` is, over the policies of a dry run; `new Guard(storage)` when absent. */
  readonly guardOver?: DryRunOptions['guardOver'];
  /** How callers say who they are; when absent, everybody who reaches the decision point may ask it. */
  readonly authenticators?: readonly [Authenticator, ...Authenticator[]];
  /** Enforcement points that ask in their own words: Envoy, Kubernetes, what asks Open Policy Agent; none when absent. */
  readonly gateways?: GatewayOptions;
  readonly limits?: Partial<DecisionPointLimits>;
  /**
   * What tokens of pages are made with, at least 32 random bytes each: several instances need the same; a former one
   * stands behind the new one while searches go on. When absent, tokens are of this object alone.
   */
  readonly pageSecrets?: readonly [Uint8Array, ...Uint8Array[]];
  /** Whether the server is about to end: it is not ready then. */
  readonly isStopping?: () => boolean;
  /** Signs what the decision point tells of itself, once: with `SignJWT` of jose, or a key that never leaves its vault. */
  readonly signMetadata?: SignMetadata;
  /** See every request and its answer; the first one is outermost. See `@cardea/server/observe`. */
  readonly observers?: readonly Observer[];
  /** What `/metrics` says, to auditors and admins where anybody is asked; without it, the path is not there. */
  readonly metrics?: MetricsPage;
  /** Told of requests that failed within. */
  readonly logger?: Logger;
  /** The machine's when absent. */
  readonly clock?: Clock;
}

/** What one request may ask for. */
export interface DecisionPointLimits {
  /** Evaluations in one request. */
  readonly evaluations: number;
  /** How deep a body may be nested. */
  readonly depth: number;
  /** Results of a page. */
  readonly pageSize: number;
  /** Candidates that a search tries for one answer. */
  readonly mostTried: number;
  /** How long a request waits for the revision of its header `Cardea-Min-Revision`, in milliseconds. */
  readonly waitMs: number;
  /** How far behind its storage a guard may be that is still ready, in milliseconds. */
  readonly behindMs: number;
}

/** The limits of a decision point that names none. */
export const DECISION_POINT_LIMITS: DecisionPointLimits = {
  evaluations: 1000,
  depth: 64,
  pageSize: 1000,
  mostTried: 100_000,
  waitMs: 1000,
  behindMs: 30_000,
};

const SECRET_BYTES = 32;

/**
 * A policy decision point as OpenID AuthZEN's Authorization API 1.0 describes it: evaluation, evaluations, the three
 * searches, metadata. It is a function from requests to responses, for any server: see {@link fetchHandler}, and
 * `@cardea/server/node`.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the public URL, a limit or a secret is not what it should be
 *
 * @example
 * ```ts
 * const handle = await decisionPoint({ guard: new Guard(storage), publicUrl: 'https://pdp.example.com' });
 * ```
 */
export async function decisionPoint({
  guard,
  publicUrl,
  directory: known,
  authenticators,
  policies,
  history = memoryHistory(),
  decisionLog,
  guardOver,
  signMetadata,
  gateways = {},
  logger,
  isStopping = () => false,
  observers = [],
  metrics,
  clock = systemClock,
  pageSecrets = [crypto.getRandomValues(new Uint8Array(SECRET_BYTES))],
  limits: given = {},
}: DecisionPointOptions): Promise<ApiHandler> {
  const limits = { ...DECISION_POINT_LIMITS, ...given };
  const directory = known && answerableDirectory(known, logger);
  requireLimits(limits);
  if (pageSecrets.some(({ length }) => length < SECRET_BYTES))
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `a page secret has fewer than ${SECRET_BYTES} bytes`);
  const metadata = metadataOf(publicUrl, { hasSearch: directory !== undefined });
  const { path, prefix } = metadata;
  const body = await signedBody(metadata, signMetadata);
  const decide = decider(guard, directory);
  const admit = await admission(authenticators);

  const seeing = metrics === undefined ? observers : [metrics, ...observers];
  const routes = new Map<string, Route>();
  routes.set(path, { GET: async () => jsonResponse(body, { 'cache-control': 'public, max-age=3600' }) });
  const refresh = async (): Promise<void> => guard.refresh?.();
  const waiting = { mostMs: limits.waitMs, elapsed: () => clock.elapsed(), refresh, sleep };
  const post = (at: EndpointPath, action: AccessAction, answer: AnswerBody): void => {
    routes.set(`${prefix}${at}`, {
      POST: async (request) => {
        // First, so that whoever may not ask learns nothing of what they asked.
        await admit(request, action);
        const details = readDetails(request.header('cardea-include'));
        if (details.isConfidential) await admit(request, 'inspect');
        const least = readLeastRevision(request.header('cardea-min-revision'));
        requireJson(request);
        const body: Json = readStrictJson(request.body, limits.depth);
        const revision = new AnswerRevision(seeing);
        const deciding = revision.noting(atLeast(decide, least, waiting));
        const answered = await answer(requireObject(body), deciding, details);
        return jsonResponse(answered, revision.headers);
      },
    });
  };
  post('/access/v1/evaluation', 'evaluate', evaluate);
  post('/access/v1/evaluations', 'evaluate', (request, decide, details) =>
    evaluateAll(request, { decide, details, most: limits.evaluations }),
  );
  if (directory !== undefined) {
    const tokens = await pageTokens(pageSecrets);
    for (const kind of ['subject', 'resource', 'action'] as const satisfies readonly SearchKind[])
      post(`/access/v1/search/${kind}`, 'search', (request, decide) =>
        search(kind, request, { directory, decide, tokens, ...limits }),
      );
  }
  const health = healthRoutes(guard, { mostBehindMs: limits.behindMs, isStopping });
  for (const [at, route] of health) routes.set(`${prefix}${at}`, route);
  if (policies !== undefined) {
    if (authenticators === undefined)
      throw new CardeaError('CARDEA_INVALID_ARGUMENT', '`policies` are administered only with `authenticators`');
    const administration = policyRoutes({
      ...limits,
      storage: answerableStorage(policies, logger),
      admit,
      history,
      decisionLog,
      guardOver,
      directory,
      clock,
      logger,
    });
    for (const [at, route] of administration) routes.set(`${prefix}${at}`, route);
  }
  if (metrics !== undefined) routes.set(`${prefix}/metrics`, metricsRoute(metrics, admit));
  const isAuthenticated = authenticators !== undefined;
  const base = body['policy_decision_point'] ?? '';
  const openApi = openApiDocument({ routes, gateways, base, prefix, metadataPath: path, isAuthenticated });
  routes.set(`${prefix}/openapi.json`, { GET: async () => jsonResponse(openApi) });
  const { depth } = limits;
  const handle = withGateways(apiHandler(routes, logger), gateways, { decide, admit, depth, prefix, logger });
  return observedHandler(handle, seeing, (asked) => routeOf(routes, asked));
}

/** Makes the body of an answer. */
type AnswerBody = (request: JsonObject, decide: Decide, details: Details) => object | Promise<object>;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function requireLimits(limits: DecisionPointLimits): void {
  for (const [name, limit] of Object.entries(limits))
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new CardeaError('CARDEA_INVALID_ARGUMENT', `the limit \`${name}\` is not a whole number from 1 on`);
}
