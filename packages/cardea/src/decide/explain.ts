import type { FunctionTable } from '../ast/functions.ts';
import { CardeaError, quote } from '../errors.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { turnsNeeded } from './explain-fixes.ts';
import { explainedInPlaceOf } from './explain-links.ts';
import { explainPolicy, firstFailed, type PolicyTrace, tracePolicy } from './explain-policy.ts';
import { type RedactedAttribute, redactionOf } from './explain-redact.ts';
import type { Explanation, FieldName, OtherPolicies, PolicyRole } from './explanation.ts';

/** How much of a decision is explained, and what of the inquiry is shown. */
export interface ExplainOptions {
  /**
   * How many policies that do not apply are shown, nearest misses first, and how many denies that
   * something unknown kept from applying; 5 when absent. Those that apply or failed are always shown.
   */
  readonly limit?: number;
  /**
   * Attributes whose values are not shown: `'subject.email'`, or a list of names where one has a dot.
   * The messages in `decision.diagnostics` are those of the functions that failed, as they are.
   */
  readonly redact?: readonly RedactedAttribute[];
}

/**
 * Why an inquiry is decided as it is: the decision, and for each policy that matters
 * which field, element and rule held, failed, was unknown or could not be evaluated. Where the answer is
 * no, also the allow policies that came nearest, with what would have to differ. Pure; no policy and no inquiry
 * makes it throw.
 *
 * Takes time linear in the policies, memory only for those that are shown: they are read once.
 *
 * @param decision that of the same policies on the same inquiry
 * @param policies in the order of the storage
 * @throws CARDEA_INVALID_ARGUMENT when `limit` is no number of at least 0, or a redacted attribute is of no category
 *
 * @example
 * ```ts
 * const decision = decide(lowered, inquiry, options);
 * const { policies } = explain(decision, lowered, inquiry, { functions });
 * policies[0]?.differences?.[0]?.text; // 'subject.role is `user`; must equal `admin`'
 * ```
 */
export function explain(
  decision: Decision,
  policies: Iterable<LoweredPolicy>,
  inquiry: Inquiry,
  options: ExplainOptions & Pick<Explanation, 'scope'> & { readonly functions: FunctionTable },
): Explanation {
  const { limit = 5, redact = [], functions, scope: within } = options;
  if (!(limit >= 0))
    throw new CardeaError(
      'CARDEA_INVALID_ARGUMENT',
      `limit must be a number of at least 0, not ${quote(String(limit))}`,
    );
  const redaction = redactionOf(redact);
  const shelf = new Shelf(decision, limit);
  for (const each of policies) {
    for (const { policy, bindings } of explainedInPlaceOf(each, decision)) {
      const scope = { inquiry, functions, ...(bindings === undefined ? {} : { bindings }) };
      shelf.put(tracePolicy(policy, scope));
    }
  }
  return {
    decision,
    inquiry: redaction.inquiry(inquiry),
    policies: shelf.shown().map(([traced, role]) => explainPolicy(traced, role, redaction)),
    others: shelf.others(),
    ...(within === undefined ? {} : { scope: within }),
  };
}

interface Shelved {
  readonly traced: PolicyTrace;
  /** How many leaves would have to turn. */
  readonly needed: number;
}

/** Keeps the policies that an explanation shows, by role, and counts the others. */
class Shelf {
  readonly #deciders: ReadonlySet<string>;
  readonly #denied: boolean;
  readonly #limit: number;
  readonly #kept: Record<PolicyRole, Shelved[]> = {
    decider: [],
    applicable: [],
    error: [],
    'unknown-deny': [],
    'near-miss': [],
    'not-applicable': [],
  };
  readonly #firstFailed: Record<FieldName, number> = { subjects: 0, actions: 0, resources: 0, context: 0 };

  constructor(decision: Decision, limit: number) {
    this.#deciders = new Set(decision.deciders);
    this.#denied = !decision.allowed;
    this.#limit = limit;
  }

  put(traced: PolicyTrace): void {
    const role = this.#roleOf(traced);
    const kept = this.#kept[role];
    const needed = role === 'near-miss' || role === 'not-applicable' ? turnsNeeded(traced.whole, 'true') : 0;
    if (ALWAYS_SHOWN.has(role)) {
      kept.push({ traced, needed });
      return;
    }
    // Stable: of policies that need as much, the first of the storage stays.
    const at = kept.findIndex((other) => other.needed > needed);
    kept.splice(at < 0 ? kept.length : at, 0, { traced, needed });
    if (kept.length > this.#limit) this.#count(kept.pop());
  }

  shown(): readonly (readonly [PolicyTrace, PolicyRole])[] {
    const rest = this.#kept['not-applicable'];
    const room = Math.max(0, this.#limit - this.#kept['near-miss'].length);
    for (const shelved of rest.splice(room)) this.#count(shelved);
    return (Object.keys(this.#kept) as PolicyRole[]).flatMap((role) =>
      this.#kept[role].map(({ traced }) => [traced, role] as const),
    );
  }

  others(): OtherPolicies {
    const count = Object.values(this.#firstFailed).reduce((sum, some) => sum + some, 0);
    return { count, firstFailed: this.#firstFailed };
  }

  #roleOf({ policy, whole }: PolicyTrace): PolicyRole {
    if (this.#deciders.has(policy.uid) && whole.truth === 'true') return 'decider';
    if (whole.truth === 'true') return 'applicable';
    // A template without a link has no part in any decision, whatever it lacks.
    const isLinkless = policy.slots !== undefined;
    if (whole.truth === 'error' && !isLinkless) return 'error';
    if (policy.effect === 'allow') return this.#denied ? 'near-miss' : 'not-applicable';
    return whole.truth === 'unknown' && !isLinkless ? 'unknown-deny' : 'not-applicable';
  }

  #count(shelved: Shelved | undefined): void {
    const failed = shelved && firstFailed(shelved.traced);
    if (failed !== undefined) this.#firstFailed[failed]++;
  }
}

const ALWAYS_SHOWN: ReadonlySet<PolicyRole> = new Set(['decider', 'applicable', 'error']);
