import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { type Differences, differencesOf } from './explain-differences.ts';
import { explainNode } from './explain-node.ts';
import type { Redaction } from './explain-redact.ts';
import { joinTraces, type Trace, traceCondition, type TraceScope } from './explain-trace.ts';
import type { ElementExplanation, FieldExplanation, FieldName, PolicyExplanation, PolicyRole } from './explanation.ts';

/** A policy with the traces of its fields; `whole` is their conjunction. */
export interface PolicyTrace {
  readonly policy: LoweredPolicy;
  readonly fields: readonly FieldTrace[];
  readonly whole: Trace;
}

interface FieldTrace {
  readonly field: FieldName;
  readonly trace: Trace;
  readonly elements: readonly { readonly at: number | string; readonly trace: Trace }[];
}

/** Evaluates a policy field by field. */
export function tracePolicy(policy: LoweredPolicy, scope: TraceScope): PolicyTrace {
  const { subjects, actions, resources, context } = policy.parts;
  const fields = [
    fieldTrace('subjects', subjects.entries(), 'or', scope),
    fieldTrace('actions', actions.entries(), 'or', scope),
    fieldTrace('resources', resources.entries(), 'or', scope),
    fieldTrace(
      'context',
      context.map(({ attribute, condition }) => [attribute, condition] as const),
      'and',
      scope,
    ),
  ];
  return {
    policy,
    fields,
    whole: joinTraces(
      'and',
      fields.map(({ trace }) => trace),
      scope,
    ),
  };
}

/** The first field that is not true. */
export function firstFailed({ fields }: PolicyTrace): FieldName | undefined {
  return fields.find(({ trace }) => trace.truth !== 'true')?.field;
}

/** A traced policy as plain JSON. */
export function explainPolicy(traced: PolicyTrace, role: PolicyRole, redaction: Redaction): PolicyExplanation {
  const { uid, effect } = traced.policy;
  const failed = firstFailed(traced);
  return {
    uid,
    effect,
    role,
    truth: traced.whole.truth,
    ...(failed === undefined ? {} : { firstFailed: failed }),
    fields: traced.fields.map((field) => explainField(field, redaction)),
    ...differences(traced, role, redaction),
  };
}

function fieldTrace(
  field: FieldName,
  conditions: Iterable<readonly [number | string, Parameters<typeof traceCondition>[0]]>,
  join: 'and' | 'or',
  scope: TraceScope,
): FieldTrace {
  const elements = Array.from(conditions, ([at, condition]) => ({ at, trace: traceCondition(condition, scope) }));
  return {
    field,
    elements,
    trace: joinTraces(
      join,
      elements.map(({ trace }) => trace),
      scope,
    ),
  };
}

function explainField({ field, trace, elements }: FieldTrace, redaction: Redaction): FieldExplanation {
  const explained: ElementExplanation[] = elements.map(({ at, trace: element }) => ({
    at,
    condition: explainNode(element, redaction),
  }));
  return { field, truth: trace.truth, elements: explained };
}

function differences(
  { policy, whole }: PolicyTrace,
  role: PolicyRole,
  redaction: Redaction,
): Partial<Differences> | undefined {
  if (role === 'near-miss') {
    const found = differencesOf(policy, whole, 'true', redaction);
    // What a template lacks is a link, which no attribute makes up for.
    return policy.slots === undefined ? found : found && { differences: found.differences };
  }
  return role === 'decider' && policy.effect === 'deny' ? differencesOf(policy, whole, 'false', redaction) : undefined;
}
