import type { Entity, JsonObject, Outcome } from 'cardea';
import type { Evaluation } from '../authzen/decider.ts';
import { jsonResponse, requireJson } from '../http/api-handler.ts';
import { RequestError } from '../http/request-error.ts';
import { readStrictJson } from '../http/strict-json.ts';
import type { Gateway, GatewayWorld } from './gateway.ts';
import { type ReviewSpec, REVIEW_OF, type ResourceAttributes, subjectAccessReview } from './subject-access-review.ts';

/**
 * Kubernetes' authorization webhook. An allow policy allows, a deny policy denies whatever other authorizers of the cluster
 * say, and where no policy applies they are asked. What cannot be evaluated is denied.
 *
 * The subject is `user:` and the name, with `groups`, `uid` and `extra`; the action is the verb; the resource is
 * `pods:namespace/name` or `deployments.apps:namespace/name`, `pods/log` for a subresource, with everything that was
 * asked as its properties, or `path:/healthz`.
 */
export function kubernetesGateway({ decider, admit, depth }: GatewayWorld): Gateway {
  return async (request, rest) => {
    if (rest !== '') throw new RequestError(404, 'there is nothing at this path');
    if (request.method !== 'POST') throw new RequestError(405, 'this path takes POST', { allow: 'POST' });
    await admit(request, 'evaluate');
    requireJson(request);
    const parsed = subjectAccessReview.safeParse(readStrictJson(request.body, depth));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new RequestError(400, `no SubjectAccessReview of v1: \`${issue?.path.map(String).join('.') ?? ''}\``);
    }
    const { decision } = await decider.decide(questionOf(parsed.data.spec));
    // The API server fulfils no obligations, so that a permission that has some is none.
    const allowed = decision.allowed && decision.obligations.length === 0;
    const status = allowed ? { allowed } : { allowed, ...STATUS[decision.allowed ? 'deny' : decision.outcome] };
    return jsonResponse({ ...REVIEW_OF, status });
  };
}

const STATUS: Readonly<Record<Outcome, object>> = {
  allow: {},
  deny: { denied: true, reason: 'a policy denies it' },
  'not-applicable': { reason: 'no policy applies' },
  indeterminate: { denied: true, evaluationError: 'a policy could not be evaluated' },
};

function questionOf({ user, groups, uid, extra, resourceAttributes, nonResourceAttributes }: ReviewSpec): Evaluation {
  const subject = { type: 'user', id: user, properties: present({ groups, uid, extra }) };
  if (resourceAttributes !== undefined && nonResourceAttributes === undefined)
    return { subject, action: { name: resourceAttributes.verb }, resource: resourceOf(resourceAttributes) };
  if (resourceAttributes !== undefined || nonResourceAttributes === undefined)
    throw new RequestError(400, 'a SubjectAccessReview has either `resourceAttributes` or `nonResourceAttributes`');
  const { path, verb } = nonResourceAttributes;
  return { subject, action: { name: verb }, resource: { type: 'path', id: path } };
}

function resourceOf(attributes: ResourceAttributes): Entity {
  const { namespace = '', group = '', resource, subresource = '', name = '' } = attributes;
  const kind = group === '' ? resource : `${resource}.${group}`;
  return {
    type: subresource === '' ? kind : `${kind}/${subresource}`,
    id: namespace === '' ? name : `${namespace}/${name}`,
    properties: present(attributes),
  };
}

/** What is there: Kubernetes leaves out what is empty, or sends it empty. */
function present(members: object): JsonObject {
  return Object.fromEntries(
    Object.entries(members as Readonly<Record<string, unknown>>).filter(
      ([, value]) => value !== undefined && value !== '',
    ),
  ) as JsonObject;
}
