import type { Decision } from '../model/decision.ts';
import { valuesInUid } from '../model/link.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { linkedPolicy } from './links.ts';
import type { TraceScope } from './explain-trace.ts';

/** A policy as it is explained. */
export interface Explained {
  /** With `slots` only where it is a template that no link makes apply. */
  readonly policy: LoweredPolicy;
  /** What its slots are: see {@link TraceScope}. */
  readonly bindings?: TraceScope['bindings'];
}

/**
 * What is explained in the place of a policy: itself; of a template the links that had a part in the decision, or the
 * template alone. The other links may be millions, and say no more than it.
 */
export function explainedInPlaceOf(policy: LoweredPolicy, decision: Decision): readonly Explained[] {
  if (policy.slots === undefined) return [{ policy }];
  const part = new Set([...decision.candidates, ...decision.diagnostics.map(({ uid }) => uid ?? '')]);
  const { length } = policy.slots;
  const links = [...part].map((uid) => valuesInUid(uid, policy.uid)).filter((values) => values?.length === length);
  if (links.length > 0) return links.map((values) => ({ policy: linkedPolicy(policy, values ?? []) }));
  if (!part.has(policy.uid)) return [{ policy, bindings: 'false' }];
  // It stood for its links, because the inquiry lacks what they are found by.
  const { slots: _, ...alone } = policy;
  return [{ policy: alone, bindings: 'true' }];
}
