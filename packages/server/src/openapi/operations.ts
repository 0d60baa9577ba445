import type { JsonObject } from 'cardea';
import type { Method } from '../http/route-table.ts';
import { schema } from './schemas.ts';

/** An operation of OpenAPI. */
type Operation = JsonObject;

/** What is done at a path, by methods. */
export type Operations = Readonly<Partial<Record<Method, Operation>>>;

interface Wants {
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  /** The name of the schema of the body. */
  readonly body?: string;
  /** The media types of the body; JSON when absent. */
  readonly bodyTypes?: readonly string[];
  /** Those of the answer; JSON when absent. */
  readonly answerTypes?: readonly string[];
  readonly parameters?: readonly string[];
  /** The schemas of answers, by status. */
  readonly answers: Readonly<Record<number, string>>;
  /** The statuses of errors besides those that every operation of its kind has. */
  readonly errors?: readonly number[];
  readonly isPublic?: boolean;
}

const STATUS: Readonly<Record<number, string>> = {
  200: 'the answer',
  400: 'the request is not sound',
  401: 'no valid credentials',
  403: 'this caller may not ask this, or it is denied',
  404: 'there is no such thing',
  409: 'what is there forbids the change',
  412: 'the policies have changed since',
  413: 'the body is too large',
  428: 'the request does not say on which revision it is based',
  500: 'something within failed',
  503: 'nobody can know now',
};

function operation({ id, summary, tag, body, parameters = [], answers, errors = [], ...rest }: Wants): Operation {
  const asked = body === undefined ? [] : [413];
  const known = rest.isPublic === true ? [500] : [400, 401, 403, 500, 503];
  const failures = [...new Set([...known, ...asked, ...errors])].filter((status) => !Object.hasOwn(answers, status));
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(rest.isPublic === true && { security: [] }),
    ...(parameters.length > 0 && {
      parameters: parameters.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    }),
    ...(body !== undefined && {
      requestBody: { required: true, content: contentOf(body, rest.bodyTypes) },
    }),
    responses: Object.fromEntries([
      ...Object.entries(answers).map(([status, name]) => [status, response(Number(status), name, rest.answerTypes)]),
      ...failures.map((status) => [status, response(status, 'Error')]),
    ]) as JsonObject,
  };
}

function response(status: number, name: string, types?: readonly string[]): JsonObject {
  return { description: STATUS[status] ?? '', content: contentOf(name, types) };
}

function contentOf(name: string, types: readonly string[] = ['application/json']): JsonObject {
  return Object.fromEntries(types.map((type) => [type, { schema: schema(name) }]));
}

const DOCUMENTS: readonly string[] = ['application/json', 'application/yaml'];

const ASKED = ['Include', 'MinRevision', 'RequestId'];
const authzen = (wants: Omit<Wants, 'tag' | 'parameters'>): Operation =>
  operation({ ...wants, tag: 'AuthZEN 1.0', parameters: ASKED });

const reading = (wants: Omit<Wants, 'tag'>): Operation => operation({ ...wants, tag: 'policies' });
const writing = (wants: Omit<Wants, 'tag' | 'answers'>, answer = 'Changed'): Operation =>
  operation({
    ...wants,
    tag: 'policies',
    parameters: [...(wants.parameters ?? []), 'IfMatch'],
    answers: { 200: answer },
    errors: [409, 412, 428, ...(wants.errors ?? [])],
  });

/** What is done at each path of the decision point; `*` stands for a name. */
export const OPERATIONS: Readonly<Record<string, Operations>> = {
  '/.well-known/authzen-configuration': {
    GET: operation({
      id: 'metadata',
      summary: 'where everything is',
      tag: 'AuthZEN 1.0',
      answers: { 200: 'Metadata' },
      isPublic: true,
    }),
  },
  '/access/v1/evaluation': {
    POST: authzen({
      id: 'evaluation',
      summary: 'may this subject do this action on this resource?',
      body: 'Evaluation',
      answers: { 200: 'Decision' },
    }),
  },
  '/access/v1/evaluations': {
    POST: authzen({
      id: 'evaluations',
      summary: 'several questions at once',
      body: 'Evaluations',
      answers: { 200: 'EvaluationsAnswer' },
    }),
  },
  '/access/v1/search/subject': {
    POST: authzen({
      id: 'searchSubject',
      summary: 'who may do this?',
      body: 'SubjectSearch',
      answers: { 200: 'Entities' },
    }),
  },
  '/access/v1/search/resource': {
    POST: authzen({
      id: 'searchResource',
      summary: 'on what may the subject do this?',
      body: 'ResourceSearch',
      answers: { 200: 'Entities' },
    }),
  },
  '/access/v1/search/action': {
    POST: authzen({
      id: 'searchAction',
      summary: 'what may the subject do on this?',
      body: 'ActionSearch',
      answers: { 200: 'Actions' },
    }),
  },
  '/health/live': {
    GET: operation({ id: 'live', summary: 'is it there?', tag: 'health', answers: { 200: 'Live' }, isPublic: true }),
  },
  '/health/ready': {
    GET: operation({
      id: 'ready',
      summary: 'should it be asked?',
      tag: 'health',
      answers: { 200: 'Ready', 503: 'Ready' },
      isPublic: true,
    }),
  },
  '/metrics': {
    GET: operation({
      id: 'metrics',
      summary: 'how the process does, for Prometheus',
      tag: 'health',
      answers: { 200: 'Metrics' },
      answerTypes: ['text/plain'],
    }),
  },
  '/v1/policies': {
    GET: reading({
      id: 'listPolicies',
      summary: 'a page of policies',
      parameters: ['Limit', 'After'],
      answers: { 200: 'PolicyPage' },
    }),
  },
  '/v1/policies/*': {
    GET: reading({ id: 'getPolicy', summary: 'one policy', answers: { 200: 'Policy' }, errors: [404] }),
    PUT: writing({ id: 'putPolicy', summary: 'add a policy, or replace it', body: 'Policy' }),
    PATCH: writing({
      id: 'patchPolicy',
      summary: 'change members of a policy (RFC 7396)',
      body: 'Patch',
      bodyTypes: ['application/merge-patch+json'],
      errors: [404],
    }),
    DELETE: writing({ id: 'deletePolicy', summary: 'take a policy away', errors: [404] }),
  },
  '/v1/policies:apply': {
    POST: writing({ id: 'applyChanges', summary: 'several changes, all or none', body: 'Changes' }),
  },
  '/v1/policies:validate': {
    POST: reading({
      id: 'validatePolicies',
      summary: 'are these policies valid? Nothing is stored',
      body: 'Policies',
      answers: { 200: 'Validated' },
    }),
  },
  '/v1/policies:links': {
    GET: reading({
      id: 'listLinks',
      summary: 'a page of links',
      parameters: ['Template', 'Limit', 'After'],
      answers: { 200: 'LinkPage' },
    }),
  },
  '/v1/policies:history': {
    GET: reading({
      id: 'policyHistory',
      summary: 'who changed what, and when, the latest first',
      parameters: ['OfPolicy', 'Limit', 'After'],
      answers: { 200: 'HistoryPage' },
    }),
  },
  '/v1/policies:dry-run': {
    POST: reading({
      id: 'dryRun',
      summary: 'what would be decided otherwise? Nothing is stored',
      body: 'DryRun',
      answers: { 200: 'DryRunAnswer' },
      errors: [409],
    }),
  },
  '/v1/policies:export': {
    GET: reading({
      id: 'exportPolicies',
      summary: 'all policies and links as one document',
      parameters: ['Format'],
      answers: { 200: 'Document' },
      answerTypes: DOCUMENTS,
    }),
  },
  '/v1/policies:import': {
    POST: writing(
      {
        id: 'importPolicies',
        summary: 'make of the policies those of a document, all or none',
        parameters: ['Mode'],
        body: 'Document',
        bodyTypes: DOCUMENTS,
      },
      'Imported',
    ),
  },
  '/kubernetes/authorize': {
    POST: operation({
      id: 'kubernetesAuthorize',
      summary: "Kubernetes' authorization webhook",
      tag: 'gateways',
      body: 'SubjectAccessReview',
      answers: { 200: 'SubjectAccessReviewAnswer' },
    }),
  },
  '/envoy/authorize': {
    GET: operation({
      id: 'envoyAuthorize',
      summary: "Envoy's external authorization: here and at everything below, by any method",
      tag: 'gateways',
      answers: { 200: 'Passed' },
    }),
  },
};

/** Those of the Data API of Open Policy Agent, at the package whose rule `allow` is the decision. */
export function opaOperations(path: string): Readonly<Record<string, Operations>> {
  return {
    [`/v1/data/${path}/allow`]: {
      POST: operation({
        id: 'opaAllow',
        summary: 'the decision',
        tag: 'gateways',
        body: 'Input',
        answers: { 200: 'AllowResult' },
      }),
    },
    [`/v1/data/${path}`]: {
      POST: operation({
        id: 'opaPackage',
        summary: 'the package with the decision in it',
        tag: 'gateways',
        body: 'Input',
        answers: { 200: 'PackageResult' },
      }),
    },
  };
}
