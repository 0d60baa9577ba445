import type { Inquiry } from '../model/inquiry.ts';
import type { PlanQuestion } from '../model/plan-question.ts';
import type { OpenCategory, QueryPlan } from '../model/query-plan.ts';
import { filter } from './memory/predicate.ts';

/** What plans: a guard. */
export interface Plans {
  readonly plan: (question: PlanQuestion) => Promise<QueryPlan>;
}

/**
 * Of some subjects those that may do an action on a resource, in their order.
 *
 * @throws CARDEA_UNSUPPORTED as `plan` of the guard does
 *
 * @example
 * ```ts
 * await whoCan(guard, { action: 'read', resource: book }, people);
 * ```
 */
export function whoCan<T>(
  guard: Plans,
  about: Omit<Inquiry, 'subject'>,
  subjects: readonly T[],
): Promise<readonly T[]> {
  return those(guard, 'subject', about, subjects);
}

/**
 * Of some actions those that a subject may do on a resource, in their order.
 *
 * @throws CARDEA_UNSUPPORTED as `plan` of the guard does
 *
 * @example
 * ```ts
 * await actionsFor(guard, { subject: 'max', resource: book }, ['read', 'write', 'delete']);
 * ```
 */
export function actionsFor<T>(
  guard: Plans,
  about: Omit<Inquiry, 'action'>,
  actions: readonly T[],
): Promise<readonly T[]> {
  return those(guard, 'action', about, actions);
}

/**
 * Of some resources those on which a subject may do an action, in their order.
 *
 * @throws CARDEA_UNSUPPORTED as `plan` of the guard does
 *
 * @example
 * ```ts
 * await resourcesFor(guard, { subject: 'max', action: 'read' }, books);
 * ```
 */
export function resourcesFor<T>(
  guard: Plans,
  about: Omit<Inquiry, 'resource'>,
  resources: readonly T[],
): Promise<readonly T[]> {
  return those(guard, 'resource', about, resources);
}

async function those<T>(guard: Plans, over: OpenCategory, about: Inquiry, all: readonly T[]): Promise<readonly T[]> {
  // The open category holds nothing: what is asked about may be of any kind.
  const { [over]: _, ...known } = about;
  return filter(await guard.plan({ ...known, over }), all);
}
