import type { Condition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Truth } from '../ast/truth.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { partialCondition, type Request } from './partial-condition.ts';

/** A policy for one subject and action. */
export interface PolicyRun {
  readonly effect: Finding['effect'];
  readonly run: (request: Request) => Truth;
  /** What is found where the condition is of a truth, made once; nothing where it has no part in a decision then. */
  readonly findings: Readonly<Partial<Record<Truth, Finding>>>;
}

/** What else a policy is run with. */
export interface PolicyRunOptions {
  readonly functions: FunctionTable;
  /** The policy once more, for its condition: it is not held on to. */
  readonly again: () => LoweredPolicy | undefined;
}

/** Compiles a policy for the subject and the action of an inquiry; undefined where it cannot apply. */
export function policyRun(
  policy: LoweredPolicy,
  known: Inquiry,
  { functions, again }: PolicyRunOptions,
): PolicyRun | undefined {
  const part = partialCondition(policy.condition, known, functions);
  if (part === 'false') return undefined;
  const { uid, effect, priority, obligations } = policy;
  const condition = (): Condition => again()?.condition ?? NEVER;
  const finding = (truth: Truth): Finding => Object.freeze({ uid, effect, priority, obligations, truth, condition });
  // As a policy engine leaves out: what is false, and allows that are unknown.
  const unknown = effect === 'deny' ? { unknown: finding('unknown') } : {};
  return {
    effect,
    run: typeof part === 'function' ? part : () => part,
    findings: { true: finding('true'), error: finding('error'), ...unknown },
  };
}

const NEVER: Condition = { kind: 'const', value: false };
