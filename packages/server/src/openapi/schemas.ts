import type { Json, JsonObject } from 'cardea';
import { z } from 'zod';
import { subjectAccessReview } from '../gateways/subject-access-review.ts';

/** A name of a subject, an action or a resource. */
const NAME: JsonObject = { type: 'string', maxLength: 1024 };
const PROPERTIES: JsonObject = { type: 'object', description: 'attributes that policies may read' };
const COUNT: JsonObject = { type: 'integer', minimum: 0 };

/** A reference to one of {@link SCHEMAS}. */
export function schema(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

function object(properties: JsonObject, required: readonly string[] = [], rest: JsonObject = {}): JsonObject {
  return { type: 'object', ...(required.length > 0 && { required }), properties, ...rest };
}

const QUESTION: JsonObject = {
  subject: schema('Entity'),
  action: schema('Action'),
  resource: schema('Entity'),
  context: { type: 'object', description: 'what else policies may read' },
};

const PAGE: JsonObject = object({
  limit: { ...COUNT, description: 'how many results at most' },
  token: { type: 'string', description: '`next_token` of the page before' },
});

const TYPE_ONLY: JsonObject = object({ type: NAME }, ['type']);

const CHANGES: JsonObject = {
  type: 'array',
  items: object({ type: { enum: ['add', 'update', 'delete', 'link', 'unlink'] } }, ['type']),
};

/** What requests and answers are made of, in JSON Schema of 2020-12. */
export const SCHEMAS: JsonObject = {
  Entity: object({ type: NAME, id: NAME, properties: PROPERTIES }, ['type', 'id'], {
    description: 'a subject or a resource (AuthZEN 1.0 §5.1, §5.2)',
  }),
  Action: object({ name: NAME, properties: PROPERTIES }, ['name'], { description: 'AuthZEN 1.0 §5.3' }),
  Evaluation: object(QUESTION, ['subject', 'action', 'resource']),
  Decision: object(
    {
      decision: { type: 'boolean' },
      context: {
        type: 'object',
        description: 'what `Cardea-Include` asked for, or why an item of a batch was not evaluated',
      },
    },
    ['decision'],
  ),
  Evaluations: {
    description: 'several questions with what they have in common said once; without items, one question',
    type: 'object',
    properties: {
      options: object({
        evaluations_semantic: { enum: ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] },
      }),
    },
    anyOf: [
      {
        required: ['evaluations'],
        properties: {
          evaluations: {
            type: 'array',
            minItems: 1,
            items: {
              description: 'parts of a question, each instead of the common one; an item that is not sound is denied',
            },
          },
        },
      },
      { ...schema('Evaluation'), properties: { evaluations: { type: 'array', maxItems: 0 } } },
    ],
  },
  EvaluationsAnswer: {
    anyOf: [object({ evaluations: { type: 'array', items: schema('Decision') } }, ['evaluations']), schema('Decision')],
  },
  SubjectSearch: object({ ...QUESTION, subject: TYPE_ONLY, page: PAGE }, ['subject', 'action', 'resource']),
  ResourceSearch: object({ ...QUESTION, resource: TYPE_ONLY, page: PAGE }, ['subject', 'action', 'resource']),
  ActionSearch: object(
    { subject: schema('Entity'), resource: schema('Entity'), context: { type: 'object' }, page: PAGE },
    ['subject', 'resource'],
  ),
  Entities: found('Entity'),
  Actions: found('Action'),
  Metadata: {
    ...object(
      Object.fromEntries(
        [
          'policy_decision_point',
          'access_evaluation_endpoint',
          'access_evaluations_endpoint',
          'search_subject_endpoint',
          'search_resource_endpoint',
          'search_action_endpoint',
        ].map((name) => [name, { type: 'string', format: 'uri' }]),
      ),
      ['policy_decision_point', 'access_evaluation_endpoint'],
    ),
    description: 'AuthZEN 1.0 §9',
  },
  Live: object({ live: { const: true } }, ['live']),
  Ready: object({ ready: { type: 'boolean' }, revision: COUNT, behindMs: COUNT }, ['ready']),
  Policy: object(
    {
      uid: { type: 'string' },
      effect: { enum: ['allow', 'deny'] },
      subjects: { type: 'array' },
      actions: { type: 'array' },
      resources: { type: 'array' },
      context: { type: 'object' },
      description: { type: 'string' },
    },
    ['uid', 'effect'],
    { description: 'as in a document: `cardea schema` prints the whole schema' },
  ),
  PolicyPage: object(
    {
      policies: { type: 'array', items: schema('Policy') },
      next: { type: 'string', description: '`after` of the next page; absent on the last' },
    },
    ['policies'],
  ),
  Policies: { type: 'array', items: schema('Policy') },
  Patch: { type: 'object', description: 'a JSON Merge Patch (RFC 7396)' },
  Changes: object({ changes: CHANGES }, ['changes']),
  Changed: object({ revision: COUNT }, ['revision']),
  Validated: object({ policies: COUNT }, ['policies']),
  Metrics: { type: 'string', description: 'the text format of Prometheus' },
  Document: { description: 'a document of policies and links' },
  Imported: object({ revision: COUNT, counts: { type: 'object', additionalProperties: COUNT } }, [
    'revision',
    'counts',
  ]),
  LinkPage: object(
    {
      links: {
        type: 'array',
        items: object({ template: { type: 'string' }, values: { type: 'object' } }, ['template', 'values']),
      },
      next: { type: 'string' },
    },
    ['links'],
  ),
  HistoryPage: object(
    {
      entries: {
        type: 'array',
        items: object(
          {
            type: { enum: ['add', 'update', 'delete', 'link', 'unlink'] },
            uid: { type: 'string' },
            digest: { type: 'string' },
            caller: { type: 'string' },
            time: { type: 'string' },
            base: COUNT,
            revision: COUNT,
          },
          ['type', 'uid', 'caller', 'time', 'base'],
        ),
      },
      next: { type: 'string' },
    },
    ['entries'],
  ),
  DryRun: object(
    {
      changes: CHANGES,
      inquiries: { type: 'array', items: schema('Evaluation') },
      log: { type: 'integer', minimum: 1, description: 'instead of inquiries: how many of the latest decisions' },
    },
    ['changes'],
    { oneOf: [{ required: ['inquiries'] }, { required: ['log'] }] },
  ),
  DryRunAnswer: object(
    {
      revision: COUNT,
      tried: COUNT,
      differing: {
        type: 'array',
        items: object({ inquiry: {}, before: schema('Told'), after: schema('Told') }, ['inquiry', 'before', 'after']),
      },
    },
    ['revision', 'tried', 'differing'],
  ),
  Told: object(
    {
      decision: { type: 'boolean' },
      outcome: { enum: ['allow', 'deny', 'not-applicable', 'indeterminate'] },
      deciders: { type: 'array', items: { type: 'string' } },
    },
    ['decision', 'outcome', 'deciders'],
  ),
  SubjectAccessReview: kubernetes(),
  SubjectAccessReviewAnswer: object(
    {
      apiVersion: { const: 'authorization.k8s.io/v1' },
      kind: { const: 'SubjectAccessReview' },
      status: object(
        {
          allowed: { type: 'boolean' },
          denied: { type: 'boolean' },
          reason: { type: 'string' },
          evaluationError: { type: 'string' },
        },
        ['allowed'],
      ),
    },
    ['apiVersion', 'kind', 'status'],
  ),
  Input: object({ input: {} }, ['input']),
  AllowResult: object({ result: { type: 'boolean' } }, ['result']),
  PackageResult: object({ result: object({ allow: { type: 'boolean' } }, ['allow']) }, ['result']),
  Passed: object({ allowed: { const: true } }, ['allowed']),
  Error: object({ error: { type: 'string' } }, ['error']),
};

function found(of: string): JsonObject {
  const page = object({ next_token: { type: 'string' }, count: COUNT }, ['next_token'], {
    description: 'absent where nobody asked for pages and this is everything; `next_token` is empty on the last page',
  });
  return object({ page, results: { type: 'array', items: schema(of) } }, ['results']);
}

/** That of the reader, so that the two cannot differ. */
function kubernetes(): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(subjectAccessReview, { io: 'input' }) as unknown as JsonObject & {
    readonly $schema: Json;
  };
  return rest;
}
