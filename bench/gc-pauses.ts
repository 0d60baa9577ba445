import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** Hears of every pause of the garbage collector, and says which of them fell into timed work. */
export class GcPauses {
  readonly #pauses: { readonly atMs: number; readonly ms: number }[] = [];
  readonly #observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) this.#pauses.push({ atMs: startTime, ms: duration });
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** All of them, and the longest, in milliseconds. */
  async during(intervals: readonly Interval[]): Promise<{ readonly gcMs: number; readonly longestGcMs: number }> {
    // They are told of a turn later.
    await setImmediate();
    await setImmediate();
    const during = this.#pauses.filter(({ atMs }) =>
      intervals.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs),
    );
    const pauses = during.map(({ ms }) => ms);
    return { gcMs: pauses.reduce((sum, ms) => sum + ms, 0), longestGcMs: Math.max(0, ...pauses) };
  }

  close(): void {
    this.#observer.disconnect();
  }
}

/** A span of `performance.now()`. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}
