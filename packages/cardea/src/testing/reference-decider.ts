import type { FunctionTable } from '../ast/functions.ts';
import type { Scalar } from '../ast/json.ts';
import type { ConcludeOptions } from '../decide/conclude.ts';
import { decide } from '../decide/decide.ts';
import { issuesError } from '../errors.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { type PolicyLink, slotValues } from '../model/link.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Policy } from '../model/policy.ts';
import type { Checker } from '../syntax/checkers.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';

/** How the reference decides: as a guard with the same options. */
export interface ReferenceOptions extends Pick<ConcludeOptions, 'combining' | 'unknownDeny'> {
  readonly checker: Checker;
  readonly functions: FunctionTable;
  readonly links?: readonly PolicyLink[];
}

/**
 * Decides by the plain interpreter, which evaluates every policy and shares no code with the index or the filters: what
 * these are held against.
 *
 * @throws CARDEA_INVALID_POLICY and the like for what is no policy
 *
 * @example
 * ```ts
 * const decideByReference = referenceDecider(policies, {
 *   checker: defaultChecker(),
 *   functions: functionTable(),
 *   combining: 'deny-overrides',
 *   unknownDeny: 'ignore',
 * });
 * decideByReference({ subject: 'max', action: 'get', resource: 'book' }).allowed;
 * ```
 */
export function referenceDecider(
  policies: readonly Policy[],
  options: ReferenceOptions,
): (inquiry: Inquiry) => Decision {
  const lowered = policies.map((policy) => loweredOf(policy, options));
  const links = new Map<string, (readonly Scalar[])[]>();
  for (const link of options.links ?? []) {
    const template = lowered.find(({ uid }) => uid === link.template);
    const values = slotValues(link, template?.slots ?? []);
    if (values !== undefined) links.set(link.template, [...(links.get(link.template) ?? []), values]);
  }
  return (inquiry) => decide(lowered, inquiry, { ...options, links, revision: 0 });
}

function loweredOf(policy: Policy, options: ReferenceOptions): LoweredPolicy {
  const parsed = lowerPolicy(policy, options);
  if (parsed.ok) return parsed.value;
  throw issuesError('policy', parsed.issues);
}
