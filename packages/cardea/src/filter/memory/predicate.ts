import type { Json } from '../../ast/json.ts';
import type { QueryPlan } from '../../model/query-plan.ts';
import { compileCondition } from './compile.ts';
import { thingOf } from './thing.ts';
import { type Code, TRUE } from './truth-code.ts';

/** Whether a plan allows a thing. */
export type Predicate = (thing: unknown) => boolean;

/**
 * A plan as a predicate: of things as inquiries would have them, that is JSON. What is no JSON, as far as it is looked at,
 * is not allowed; nor is what is no entity of the type of the plan, where it has one.
 *
 * INVARIANT filter-equals-decide: it is true exactly of what `decide` allows.
 *
 * @example
 * ```ts
 * const mayRead = predicate(await guard.plan({ subject: 'max', action: 'read' }));
 * books.filter(mayRead);
 * ```
 */
export function predicate(plan: QueryPlan): Predicate {
  if (plan.kind === 'never') return () => false;
  const { over, type, functions } = plan;
  const evaluate =
    plan.kind !== 'conditional' ? isThere : compileCondition(plan.condition, { over, functions, items: [] });
  return (whole) => {
    if (whole === undefined) return false;
    try {
      const thing = thingOf(whole as Json, over);
      return (type === undefined || thing.entity?.['type'] === type) && evaluate(thing) === TRUE;
    } catch {
      // What is no JSON, or throws when it is read: an inquiry about it would be refused.
      return false;
    }
  };
}

function isThere(): Code {
  return TRUE;
}

/**
 * Of some things those that a plan allows, in their order.
 *
 * @example
 * ```ts
 * filter(await guard.plan({ subject: 'max', action: 'read' }), books);
 * ```
 */
export function filter<T>(plan: QueryPlan, things: readonly T[]): readonly T[] {
  return things.filter(predicate(plan));
}
