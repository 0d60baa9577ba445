/**
 * The truth of a condition: Kleene's three values, and `error` for what could not be evaluated.
 *
 * `unknown` comes of a missing attribute or of operands whose types do not compare. `error` comes of
 * a function that threw; it behaves like `unknown` inside a condition but is never made definite,
 * so that a policy can tell the two apart. Neither the order of operands nor of policies matters. `and` and
 * `or` are dual but do not distribute: a normal form of disjunctions may turn unknown into an error.
 *
 * Source: S. C. Kleene, Introduction to Metamathematics (1952), §64; SQL:1999 `IS TRUE` for `sure`.
 */
export type Truth = 'true' | 'false' | 'unknown' | 'error';

/**
 * The truth of a boolean.
 *
 * @example
 * ```ts
 * truthOf(1 < 2); // 'true'
 * ```
 */
export function truthOf(value: boolean): Truth {
  return value ? 'true' : 'false';
}

/**
 * `not`: swaps true and false, keeps the others.
 *
 * @example
 * ```ts
 * notTruth('unknown'); // 'unknown'
 * ```
 */
export function notTruth(truth: Truth): Truth {
  if (truth === 'true') return 'false';
  return truth === 'false' ? 'true' : truth;
}

/**
 * `sure`: unknown becomes false, an error stays one.
 *
 * @example
 * ```ts
 * sureTruth('unknown'); // 'false'
 * ```
 */
export function sureTruth(truth: Truth): Truth {
  return truth === 'unknown' ? 'false' : truth;
}

/**
 * `and`: false wins over an error, an error over unknown, unknown over true.
 *
 * @example
 * ```ts
 * andTruth('unknown', 'false'); // 'false'
 * andTruth('unknown', 'true'); // 'unknown'
 * ```
 */
export function andTruth(left: Truth, right: Truth): Truth {
  if (left === 'false' || right === 'false') return 'false';
  if (left === 'error' || right === 'error') return 'error';
  return left === 'unknown' || right === 'unknown' ? 'unknown' : 'true';
}

/**
 * `or`: the dual of {@link andTruth}.
 *
 * @example
 * ```ts
 * orTruth('unknown', 'true'); // 'true'
 * ```
 */
export function orTruth(left: Truth, right: Truth): Truth {
  return notTruth(andTruth(notTruth(left), notTruth(right)));
}
