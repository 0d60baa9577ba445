import type { Entity } from '../model/inquiry.ts';
import { objectNotes } from '../model/object-notes.ts';
import type { QueryPlan } from '../model/query-plan.ts';

interface Plans {
  readonly generation: number;
  readonly byAction: Map<string, QueryPlan>;
}

/**
 * What subjects may do with things of which nothing is known, by action: for as long as a subject is the same object, so
 * that what forgets a subject forgets its plans. It spares a list route what a guard does to find the plan that it
 * remembers, which is more than to read a row.
 */
export class PrincipalPlans {
  readonly #mostActions: number;
  readonly #plans = objectNotes<Plans>();
  /** Of what plans were made of. */
  #generation = 0;

  /** @param mostActions of one subject; none are remembered where it is 0 */
  constructor(mostActions: number) {
    this.#mostActions = mostActions;
  }

  /** The plan that is remembered. */
  known(subject: Entity, action: string): QueryPlan | undefined {
    return this.#of(subject)?.get(action);
  }

  /** The plan that `work` makes, to be remembered. One that could not be made is not kept. */
  async make(subject: Entity, action: string, work: () => Promise<QueryPlan>): Promise<QueryPlan> {
    const generation = this.#generation;
    const plan = await work();
    // What is made of old policies is not put among what is made of new ones.
    if (plan.diagnostics.length > 0 || this.#mostActions === 0 || generation !== this.#generation) return plan;
    const byAction = this.#of(subject) ?? new Map<string, QueryPlan>();
    // Whoever asks about more actions than there are asks with numbers in them.
    if (byAction.size >= this.#mostActions) byAction.clear();
    this.#plans.set(subject, { generation, byAction: byAction.set(action, plan) });
    return plan;
  }

  clear(): void {
    this.#generation += 1;
  }

  #of(subject: Entity): Map<string, QueryPlan> | undefined {
    const plans = this.#plans.get(subject);
    return plans?.generation === this.#generation ? plans.byAction : undefined;
  }
}
