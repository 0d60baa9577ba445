import { ClientError, isRetried } from './client-error.ts';
import type { CompleteOptions } from './client-options.ts';
import type { Timing } from './timing.ts';

/** How often and how long something is tried. */
export type Patience = Pick<CompleteOptions, 'timeoutMs' | 'attemptTimeoutMs' | 'attempts' | 'pauseMs' | 'timing'>;

/**
 * Does something until it succeeds, fails in a way that another attempt does not help, or time is up. Pauses are a chance
 * part of a span that doubles, so that those who failed together do not come back together.
 *
 * @param work throws a ClientError, and nothing else
 * @param signal of whoever asked
 * @throws ClientError with the number of attempts
 */
export async function attempt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, attemptTimeoutMs, attempts, pauseMs, timing }: Patience,
  signal: AbortSignal = NEVER,
): Promise<T> {
  const end = timing.elapsed() + timeoutMs;
  for (let made = 1; ; made += 1) {
    const ms = Math.min(attemptTimeoutMs, end - timing.elapsed());
    try {
      // oxlint-disable-next-line no-await-in-loop
      return await within(ms, work, { timing, signal });
    } catch (error) {
      const failure = error as ClientError;
      const pause = Math.max(failure.retryAfterMs ?? 0, timing.random() * pauseMs * 2 ** (made - 1));
      if (!isRetried(failure) || made >= attempts || timing.elapsed() + pause >= end) throw failure.after(made);
      // oxlint-disable-next-line no-await-in-loop
      await timing.sleep(pause, signal);
    }
  }
}

const NEVER = new AbortController().signal;

/** Whatever comes first: the work, the end of the time, or the signal. In the end nothing of it goes on. */
async function within<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  { timing, signal }: { readonly timing: Timing; readonly signal: AbortSignal },
): Promise<T> {
  const controller = new AbortController();
  let abort = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    abort = () => reject(new ClientError('aborted', 'the caller ended the request', { cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    const late = new ClientError('timeout', `there was no answer in ${Math.round(ms)} ms`);
    void timing.sleep(ms, controller.signal).then(() => reject(late));
  });
  try {
    // Not only by the signal: a `fetch` that does not heed it must not keep anybody waiting.
    return await Promise.race([ended, work(controller.signal)]);
  } finally {
    signal.removeEventListener('abort', abort);
    controller.abort();
  }
}
