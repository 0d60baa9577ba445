/** The time, injected so that decisions and tests can be repeated. */
export interface Clock {
  /** Milliseconds since 1970 in UTC. */
  now(): number;
  /** Milliseconds of a clock that never goes back, for durations. */
  elapsed(): number;
}

/**
 * The clock of the machine.
 *
 * @example
 * ```ts
 * const midnight = { now: () => 0, elapsed: systemClock.elapsed };
 * new Guard(storage, { clock: midnight });
 * ```
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};
