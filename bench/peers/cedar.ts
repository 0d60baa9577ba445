import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import { asking, type Contestant } from '../contestant.ts';
import type { Application, CedarEntity, EntityValue, Request } from '../workloads/w6-application.ts';
import { nodePeer } from './install.ts';

/** What of `@cedar-policy/cedar-wasm` is used here. */
interface Cedar {
  readonly preparsePolicySet: (id: string, policies: object) => { readonly type: string };
  readonly statefulIsAuthorized: (call: object) => {
    readonly type: string;
    readonly response?: { readonly decision: 'allow' | 'deny' };
    readonly errors?: readonly { readonly message: string }[];
  };
}

/**
 * Cedar's own engine as WebAssembly, its policies parsed beforehand. It takes entities with every call: it is
 * given those that the request can touch, made before the clock runs.
 */
export async function cedar(
  { name, cedar: staticPolicies }: Application,
  requests: ReadonlyMap<string, Request>,
): Promise<Contestant> {
  const wasm = await nodePeer<Cedar>('@cedar-policy/cedar-wasm/nodejs');
  const { type } = wasm.preparsePolicySet(name, { staticPolicies });
  if (type !== 'success') throw new Error(`cedar does not take the policies of ${name}`);
  return {
    subject: 'cedar-wasm',
    variant: 'statefulIsAuthorized',
    decide: asking({
      question: (inquiry: Inquiry) => callOf(name, requests.get(JSON.stringify(inquiry)) as Request),
      allows: (call) => {
        const { response, errors } = wasm.statefulIsAuthorized(call);
        if (response === undefined) throw new Error(errors?.map(({ message }) => message).join('; '));
        return response.decision === 'allow';
      },
    }),
  };
}

function callOf(policies: string, { principal, action, resource, entities }: Request): object {
  return {
    principal: uid(principal),
    action: uid(`Action:${action}`),
    resource: uid(resource),
    context: {},
    preparsedPolicySetId: policies,
    entities: entities.map(entityOf),
  };
}

function entityOf({ name, parents, attributes = {} }: CedarEntity): object {
  const attrs = Object.entries(attributes).map(([attribute, value]) => [attribute, valueOf(value)]);
  return { uid: uid(name), parents: parents.map(uid), attrs: Object.fromEntries(attrs) };
}

function valueOf(value: boolean | EntityValue | readonly EntityValue[]): unknown {
  if (typeof value === 'boolean') return value;
  return 'entity' in value ? { __entity: uid(value.entity) } : value.map(valueOf);
}

function uid(name: string): object {
  const colon = name.indexOf(':');
  return { type: name.slice(0, colon), id: name.slice(colon + 1) };
}
