import type { Json } from './json.ts';

/**
 * A pure function that a condition may call by name. It must depend on its arguments only, so that a
 * decision can be repeated, cached and explained.
 */
export interface FunctionDefinition {
  /** Unique; by convention `area.verb`, as in `hr.isOnLeave`. */
  readonly name: string;
  /** What it means, for `explain` and the documentation. */
  readonly meaning: string;
  /**
   * What to do when an argument is missing: `unknown` (the default) does not call the function,
   * `pass` hands it `undefined`.
   */
  readonly missing?: 'unknown' | 'pass';
  /**
   * Looks at the constant arguments when a policy is loaded (`undefined` for those that are known only
   * at decision time); returns what is wrong, or undefined.
   */
  readonly check?: (args: readonly (Json | undefined)[]) => string | undefined;
  /** The result, or undefined for *unknown*. A throw makes the condition an error; so does a promise. */
  readonly call: (args: readonly (Json | undefined)[]) => Json | undefined;
}

/** The functions that a guard knows, by name. */
export type FunctionTable = ReadonlyMap<string, FunctionDefinition>;

/**
 * Declares a function for conditions: identity with types.
 *
 * @example
 * ```ts
 * const isEven = defineFunction({
 *   name: 'math.isEven',
 *   meaning: 'the number is even',
 *   call: ([n]) => (typeof n === 'number' ? n % 2 === 0 : undefined),
 * });
 * new Guard(storage, { functions: [isEven] });
 * // in a policy: { subjects: [{ age: custom('math.isEven') }] }
 * ```
 */
export function defineFunction(definition: FunctionDefinition): FunctionDefinition {
  return Object.freeze({ ...definition });
}
