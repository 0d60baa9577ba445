import type { Inquiry } from '../model/inquiry.ts';
import type { OpenCategory } from '../model/query-plan.ts';

/** An inquiry about many things at once: one category is open. */
export interface PlanQuestion extends Inquiry {
  /** Which category is open; `resource` when absent. */
  readonly over?: OpenCategory;
  // The open category holds what is known of all things, as a dictionary. With a `type` they are entities of that type.
}
