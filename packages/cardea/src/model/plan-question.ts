import type { Inquiry } from './inquiry.ts';
import type { OpenCategory } from './query-plan.ts';

/**
 * An inquiry about many things at once: one category is open. It holds what is known of all of them, as a dictionary;
 * with a `type` they are entities of that type. What it holds must be true of all that is filtered.
 */
export interface PlanQuestion extends Inquiry {
  /** Which category is open; `resource` when absent. */
  readonly over?: OpenCategory;
}
