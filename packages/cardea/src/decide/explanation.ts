import type { Condition } from '../ast/condition.ts';
import type { Json } from '../ast/json.ts';
import type { Truth } from '../ast/truth.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Effect } from '../model/policy.ts';

/**
 * Why an inquiry was decided as it was: plain JSON, stable, bounded in size.
 *
 * `policies` holds, in this order: the deciders, the other policies that apply, those that could not be
 * evaluated, deny policies that something unknown kept from applying, the nearest misses, and, where
 * there is room below the limit, other policies that do not apply. `others` counts the rest.
 */
export interface Explanation {
  /** The same decision that `decide` gives. */
  readonly decision: Decision;
  /** What was asked, with the redacted attributes replaced by `[redacted]`. */
  readonly inquiry: Inquiry;
  readonly policies: readonly PolicyExplanation[];
  readonly others: OtherPolicies;
  /**
   * `candidates` where only what a storage found for the inquiry was looked at, so that nearest misses and `others` are
   * of these alone; absent where all policies were.
   */
  readonly scope?: 'candidates';
}

/** The policies that an explanation counts but does not show. */
export interface OtherPolicies {
  readonly count: number;
  /** How many of them first failed in which field. */
  readonly firstFailed: Readonly<Record<FieldName, number>>;
}

/** A field of a policy that must fit. */
export type FieldName = 'subjects' | 'actions' | 'resources' | 'context';

/**
 * Why a policy is in an explanation: it decided; it applies but another decided; it could not be
 * evaluated; it denies but something it reads is unknown; it nearly allowed; or none of these.
 */
export type PolicyRole = 'decider' | 'applicable' | 'error' | 'unknown-deny' | 'near-miss' | 'not-applicable';

/** What one policy says about an inquiry. */
export interface PolicyExplanation {
  readonly uid: string;
  readonly effect: Effect;
  readonly role: PolicyRole;
  /** The truth of the whole condition; the policy applies only where it is `true`. */
  readonly truth: Truth;
  /** The first field that is not true; absent where the policy applies. */
  readonly firstFailed?: FieldName;
  readonly fields: readonly FieldExplanation[];
  /**
   * The smallest set of tests that would have to turn out otherwise: for a near miss so that it applies,
   * for a deny that decided so that it does not. Absent where no set would do, or for other roles.
   */
  readonly differences?: readonly Difference[];
  /**
   * True where it was tried that the policy turns as wanted once each attribute of `differences` has its
   * `example`. False means not proven: two tests may want different values of one attribute.
   */
  readonly sufficient?: boolean;
}

/** What one field of a policy says. */
export interface FieldExplanation {
  readonly field: FieldName;
  readonly truth: Truth;
  /** `subjects`, `actions`, `resources`: one of them must hold. `context`: all must. */
  readonly elements: readonly ElementExplanation[];
}

/** What one element of a field says. */
export interface ElementExplanation {
  /** The index in the policy's field, or the name of the context's member. */
  readonly at: number | string;
  readonly condition: ConditionExplanation;
}

/** A node of the condition tree with its truth and, at the leaves, what was seen. */
export interface ConditionExplanation {
  readonly kind: Condition['kind'];
  /** The condition as text. */
  readonly text: string;
  readonly truth: Truth;
  /** The conditions that this one is made of; absent at a leaf. */
  readonly of?: readonly ConditionExplanation[];
  /** What a test compared, or the list that an `each` went over. */
  readonly operands?: readonly OperandExplanation[];
  /** The item of an `each` that made it what it is; absent where all items or none did. */
  readonly item?: ItemExplanation;
}

/** The item that decided an `each`: the first with its truth. */
export interface ItemExplanation {
  readonly index: number;
  readonly name: string;
  readonly seen: Json;
  readonly where: ConditionExplanation;
}

/** The value that an operand had: exactly one of `seen`, `missing`, `error` and `redacted` is there. */
export interface OperandExplanation {
  /** The operand as text. */
  readonly text: string;
  readonly seen?: Json;
  readonly missing?: true;
  readonly redacted?: true;
  /** The message of the function that threw. */
  readonly error?: string;
}

/** One thing that would have to be otherwise. */
export interface Difference {
  /** A plain sentence: ``subject.role is `user`; must equal `admin` ``. */
  readonly text: string;
  /** The test concerned, as text. */
  readonly condition: string;
  /** What the test would have to be. */
  readonly wanted: 'true' | 'false';
  /** The attribute to change, its category first, where the test is about one. */
  readonly attribute?: readonly string[];
  /** A value of the attribute that would do; absent where none was found. */
  readonly example?: Json;
}
