import { issuesError } from '../errors.ts';
import type { Policy } from '../model/policy.ts';
import type { InquiryOf, PolicyOf, PolicySchema } from '../model/schema.ts';
import { parsePolicy } from './validate.ts';

/** A policy without its effect, for {@link allow} and {@link deny}. */
export type PolicyInput = Omit<Policy, 'effect'>;

/**
 * A policy that allows. (vakt PolicyAllow)
 *
 * @returns a frozen deep copy
 * @throws CARDEA_INVALID_POLICY and the codes of rules, patterns, networks and times, with all issues
 *
 * @example
 * ```ts
 * allow({ uid: 'readers', subjects: [{ role: isIn('reader', 'editor') }], actions: ['get'], resources: ['books:<.+>'] });
 * ```
 */
export function allow(policy: PolicyInput): Policy {
  return definePolicy({ ...policy, effect: 'allow' });
}

/**
 * A policy that denies; where one applies, no allow counts. (vakt PolicyDeny)
 *
 * @returns a frozen deep copy
 * @throws CARDEA_INVALID_POLICY and the codes of rules, patterns, networks and times, with all issues
 *
 * @example
 * ```ts
 * deny({ uid: 'outside', subjects: [any()], actions: [any()], resources: [any()], context: { ip: not(cidr('10.0.0.0/8')) } });
 * ```
 */
export function deny(policy: PolicyInput): Policy {
  return definePolicy({ ...policy, effect: 'deny' });
}

/** The builders of one schema: see {@link definePolicies}. */
export interface PolicyBuilders<S extends PolicySchema> {
  /** @throws as {@link allow} does */
  readonly allow: (policy: PolicyOf<S>) => Policy;
  /** @throws as {@link deny} does */
  readonly deny: (policy: PolicyOf<S>) => Policy;
  /** An inquiry as it is: the compiler checks that it has what the schema requires. */
  readonly inquiry: (inquiry: InquiryOf<S>) => InquiryOf<S>;
}

/**
 * Builders whose policies and inquiries are checked against the attributes of an application: a wrong
 * attribute name or type does not compile.
 *
 * @typeParam S the attributes: see {@link PolicySchema}
 *
 * @example
 * ```ts
 * const { allow, inquiry } = definePolicies<{ subject: { role: 'admin' | 'user' }; action: 'get' | 'put' }>();
 * allow({ uid: '1', subjects: [{ role: eq('admin') }], actions: ['get'], resources: [any()] });
 * ```
 */
export function definePolicies<S extends PolicySchema>(): PolicyBuilders<S> {
  return {
    allow: (policy) => allow(policy as PolicyInput),
    deny: (policy) => deny(policy as PolicyInput),
    inquiry: (inquiry) => inquiry,
  };
}

function definePolicy(policy: Policy): Policy {
  const parsed = parsePolicy(policy);
  if (parsed.ok) return parsed.value;
  throw issuesError('policy', parsed.issues);
}
