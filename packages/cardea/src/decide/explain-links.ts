import type { Scalar } from '../ast/json.ts';
import type { Decision } from '../model/decision.ts';
import { linkUid } from '../model/link.ts';
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
  const links = [...part].flatMap((uid) => valuesIn(uid, policy) ?? []);
  if (links.length > 0) return links.map((values) => ({ policy: linkedPolicy(policy, values) }));
  if (!part.has(policy.uid)) return [{ policy, bindings: 'false' }];
  // It stood for its links, because the inquiry lacks what they are found by.
  const { slots: _, ...alone } = policy;
  return [{ policy: alone, bindings: 'true' }];
}

/** The values in the uid of a link, in a list; undefined where it is none of the template's. */
function valuesIn(uid: string, { uid: template, slots }: LoweredPolicy): readonly [readonly Scalar[]] | undefined {
  if (!uid.startsWith(`${template}[`)) return undefined;
  try {
    const values = JSON.parse(uid.slice(template.length)) as readonly Scalar[];
    return values.length === slots?.length && linkUid(template, values) === uid ? [values] : undefined;
  } catch {
    // The uid of another policy, which only begins alike.
    return undefined;
  }
}
