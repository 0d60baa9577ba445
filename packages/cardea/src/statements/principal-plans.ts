import type { Entity } from '../model/inquiry.ts';
import type { QueryPlan } from '../model/query-plan.ts';

/**
 * What subjects may do with things of which nothing is known, by action: for as long as a subject is the same object, so
 * that what forgets a subject forgets its plans. It spares a list route what a guard does to find the plan that it
 * remembers, which is more than to read a row.
 */
export class PrincipalPlans {
  readonly #mostActions: number;
  #plans = new WeakMap<Entity, Map<string, QueryPlan>>();

  /** @param mostActions of one subject; none are remembered where it is 0 */
  constructor(mostActions: number) {
    this.#mostActions = mostActions;
  }

  /** The plan that is remembered. */
  known(subject: Entity, action: string): QueryPlan | undefined {
    return this.#plans.get(subject)?.get(action);
  }

  /** The plan that `work` makes, to be remembered. One that could not be made is not kept. */
  async make(subject: Entity, action: string, work: () => Promise<QueryPlan>): Promise<QueryPlan> {
    // Those of now: what is made of old policies is not put among what is made of new ones.
    const plans = this.#plans;
    const plan = await work();
    if (plan.diagnostics.length > 0 || this.#mostActions === 0) return plan;
    const kept = plans.get(subject) ?? new Map<string, QueryPlan>();
    // Whoever asks about more actions than there are asks with numbers in them.
    if (kept.size >= this.#mostActions) kept.clear();
    plans.set(subject, kept.set(action, plan));
    return plan;
  }

  clear(): void {
    this.#plans = new WeakMap();
  }
}
