import type { Condition } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Truth } from '../ast/truth.ts';
import type { Finding } from '../model/finding.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { partialCondition, type Request } from './partial-condition.ts';

/** A policy for subjects and actions of which the same is left of its condition. */
export interface PolicyRun {
  /** No other one of the engine has it. */
  readonly number: number;
  readonly effect: Finding['effect'];
  readonly run: (request: Request) => Truth;
  /** What is found where the condition is of a truth, made once; nothing where it has no part in a decision then. */
  readonly findings: Readonly<Partial<Record<Truth, Finding>>>;
}

/** What else a policy is run with. */
export interface PolicyRunOptions {
  readonly functions: FunctionTable;
  readonly number: number;
  /** The policy once more, for its condition: it is not held on to. */
  readonly again: () => LoweredPolicy | undefined;
}

/**
 * Compiles a policy.
 *
 * @param open what is left of its condition for a subject and an action
 */
export function policyRun(policy: LoweredPolicy, open: Condition, options: PolicyRunOptions): PolicyRun {
  const { functions, number, again } = options;
  const part = partialCondition(open, functions);
  const { uid, effect, priority, obligations } = policy;
  const condition = (): Condition => again()?.condition ?? NEVER;
  const finding = (truth: Truth): Finding => Object.freeze({ uid, effect, priority, obligations, truth, condition });
  // As a policy engine leaves out: what is false, and allows that are unknown.
  const unknown = effect === 'deny' ? { unknown: finding('unknown') } : {};
  return {
    number,
    effect,
    run: typeof part === 'function' ? part : () => part,
    findings: { true: finding('true'), error: finding('error'), ...unknown },
  };
}

const NEVER: Condition = { kind: 'const', value: false };
