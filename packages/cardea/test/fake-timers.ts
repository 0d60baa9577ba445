import type { Clock } from '../src/ports/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Timers that run when they are told to: in every runtime, also where there is no vitest. */
export class FakeTimers {
  readonly #setTimeout = globalThis.setTimeout;
  readonly #clearTimeout = globalThis.clearTimeout;
  readonly #timers = new Set<Timer>();
  #now = 0;
  /** Goes as they do. */
  readonly clock: Clock = { now: () => this.#now, elapsed: () => this.#now };

  install(): void {
    const set = (callback: () => void, delayMs = 0): Timer => {
      const timer = { at: this.#now + delayMs, callback };
      this.#timers.add(timer);
      return timer;
    };
    globalThis.setTimeout = set as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer: Timer) => void this.#timers.delete(timer)) as unknown as typeof clearTimeout;
  }

  restore(): void {
    globalThis.setTimeout = this.#setTimeout;
    globalThis.clearTimeout = this.#clearTimeout;
  }

  /** Lets time pass, and everything happen that waits for nothing else. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.#settle();
    for (let next = this.#nextUntil(end); next !== undefined; next = this.#nextUntil(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await this.#settle();
    }
    this.#now = end;
  }

  #nextUntil(end: number): Timer | undefined {
    const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
    return next !== undefined && next.at <= end ? next : undefined;
  }

  #settle(): Promise<void> {
    const setTimeout = this.#setTimeout;
    return new Promise((resolve) => void setTimeout(resolve));
  }
}
