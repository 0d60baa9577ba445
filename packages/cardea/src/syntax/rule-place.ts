import type { AttrOperand, ItemOperand } from '../ast/condition.ts';
import type { Place } from './issue-collector.ts';

/** The slots of a template while it is lowered. */
export interface SlotScope {
  readonly declared: readonly string[];
  /** Those that were met. */
  readonly met: Set<string>;
}

/** The value that a rule is about, and where the rule stands. */
export interface RulePlace extends Place {
  readonly what: AttrOperand | ItemOperand;
  /** The slots of the template; absent where no policy is around the rule. */
  readonly slots?: SlotScope | undefined;
  /** Where in the policy no slot may stand, for the message; absent where one may. */
  readonly slotless?: string;
}
