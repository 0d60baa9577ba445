import type { Category } from '../ast/condition.ts';
import type { JsonObject } from '../ast/json.ts';
import type { Inquiry } from '../model/inquiry.ts';

/**
 * Knows attributes that the caller does not (NIST SP 800-162: a policy information point). Asked before each
 * `check`; what the inquiry already says is never overridden.
 */
export interface AttributeSource {
  /** For diagnostics. */
  readonly name: string;
  /** What the attributes are about. */
  readonly of: Category;
  /** The attributes. A rejection makes the decision `indeterminate`; `{}` says that there are none. */
  fetch(inquiry: Inquiry): Promise<JsonObject>;
}
