import { setImmediate } from 'node:timers/promises';

/** The bytes in use once the garbage is gone: the heap, and what typed arrays hold outside of it. */
export async function bytesInUse(): Promise<number> {
  // What a collection releases outside of the heap is counted off after it.
  for (let times = 0; times < 3; times++) {
    collectGarbage();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Collects all garbage, where node was started with `--expose-gc`. */
export function collectGarbage(): void {
  globalThis.gc?.();
}

/** Collects what has just become garbage, so that it is not collected while something is timed. */
export function collectNewGarbage(): void {
  globalThis.gc?.({ type: 'minor' });
}
