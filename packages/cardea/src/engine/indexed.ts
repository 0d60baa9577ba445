import type { FunctionTable } from '../ast/functions.ts';
import type { CreatePolicyEngine } from '../ports/engine.ts';
import { PolicyIndex } from './policy-index.ts';

/**
 * The engine that every guard loads with its first policies: the time of a decision follows the policies that could
 * matter for the inquiry, not all that there are. Handed in, it is loaded with the program.
 *
 * @param functions those that the conditions may call; the guard hands them in
 *
 * @example
 * ```ts
 * const guard = new Guard(new MemoryStorage(policies), { engine: indexed });
 * ```
 */
export const indexed: CreatePolicyEngine = Object.assign((functions: FunctionTable) => new PolicyIndex(functions), {
  fromSnapshot: (snapshot: Uint8Array, functions: FunctionTable) => {
    const { index, meta } = PolicyIndex.fromSnapshot(snapshot, functions);
    return { engine: index, meta };
  },
});
