/** Time and chance, handed in so that tests can repeat what happened. */
export interface Timing {
  /** Milliseconds of a clock that never goes back. */
  elapsed(): number;
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A number from 0 on and below 1: nothing secret depends on it. */
  random(): number;
}

/** Those of the machine. */
export const systemTiming: Timing = {
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    }),
  random: () => Math.random(),
};
