import type { FunctionTable } from '../ast/functions.ts';
import type { Scalar } from '../ast/json.ts';
import { KeyShapes } from '../engine/key-shapes.ts';
import { keysOf, linkKeysOf, RESIDUAL_KEY } from '../engine/keys.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Policy } from '../model/policy.ts';
import type { KeysOfLink, KeysOfPolicy, PolicyKeyer } from '../ports/policy-keys.ts';
import { type Checker, defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { keyerName } from './keyer-name.ts';

/** How policies are read for their keys: as the guards of the storage read them. */
export interface PolicyKeyerOptions {
  /** The default checker when absent. */
  readonly checker?: Checker;
  /** The functions that policies may call; those of the library when absent. */
  readonly functions?: FunctionTable;
}

/**
 * Makes the keys of a storage as `keysOf`, `linkKeysOf` and `KeyShapes` of `cardea/engine` do, of policies as a guard with
 * the same checker and functions reads them. A policy that such a guard cannot read fails for every inquiry: it is
 * found by every inquiry.
 *
 * @example
 * ```ts
 * const keyer = policyKeyer({ checker: regexChecker() });
 * keyer.name; // '1/regex/…': the version of the keys, the checker, and which functions there are
 * ```
 */
export function policyKeyer(options: PolicyKeyerOptions = {}): PolicyKeyer {
  const { checker = defaultChecker(), functions = functionTable() } = options;
  const read = (policy: Policy): LoweredPolicy | undefined => {
    const lowered = lowerPolicy(policy, { checker, functions });
    return lowered.ok ? lowered.value : undefined;
  };
  return {
    name: keyerName(checker, functions.keys()),
    residual: RESIDUAL_KEY,
    keysOf: (policy) => {
      const lowered = read(policy);
      return lowered === undefined ? RESIDUAL : keysOf(lowered);
    },
    linkKeysOf: (template) => {
      const lowered = read(template);
      return (values) => (lowered === undefined ? { key: RESIDUAL_KEY, shapes: [] } : linkKeys(lowered, values));
    },
    inquiryKeys: (shapes) => new KeyShapes(shapes),
  };
}

const RESIDUAL: KeysOfPolicy = { keys: [RESIDUAL_KEY], shapes: [] };

function linkKeys(template: LoweredPolicy, values: readonly Scalar[]): KeysOfLink {
  const { keys, shapes } = linkKeysOf(template, values);
  return { key: keys[0] ?? RESIDUAL_KEY, shapes };
}
