import type { AttrOperand, ItemOperand } from '../ast/condition.ts';
import type { Place } from './issue-collector.ts';

/** The value that a rule is about, and where the rule stands. */
export interface RulePlace extends Place {
  readonly what: AttrOperand | ItemOperand;
}
