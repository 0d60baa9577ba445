import type { Revision } from '../model/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { GuardLag } from './policy-view.ts';

/** Measures how far somebody who follows a storage is behind it. */
export class LagMeter {
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #maxLagMs: number;
  #newest: Revision | undefined;
  /** When the first thing happened that is not accounted for, and the first of those that the present step is too early for. */
  #behindSince: number | undefined;
  #behindSinceStep: number | undefined;
  #stepAt = 0;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'elapsed'>, maxLagMs: number = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#maxLagMs = maxLagMs;
  }

  /** When the storage was asked that answered last. */
  get askedAt(): number {
    return this.#askedAt;
  }

  /** When the storage must have been asked for what is decided over now. */
  get oldest(): number {
    return this.#maxLagMs === Number.POSITIVE_INFINITY
      ? Number.NEGATIVE_INFINITY
      : this.#clock.elapsed() - this.#maxLagMs;
  }

  get isTooLong(): boolean {
    return this.#askedAt < this.oldest;
  }

  get measures(): Pick<GuardLag, 'newest' | 'behindMs' | 'askedMs'> {
    const now = this.#clock.elapsed();
    return {
      newest: this.#newest,
      behindMs: this.#behindSince === undefined ? 0 : now - this.#behindSince,
      askedMs: this.#askedAt === Number.NEGATIVE_INFINITY ? undefined : now - this.#askedAt,
    };
  }

  /** The storage told of a revision. */
  heard(revision: Revision): void {
    const now = this.#clock.elapsed();
    this.#newest = revision;
    this.#behindSince ??= now;
    this.#behindSinceStep ??= now;
  }

  /** The storage is asked: it will answer for everything before. */
  asks(): void {
    this.#stepAt = this.#clock.elapsed();
    this.#behindSinceStep = undefined;
  }

  /** There is nothing to decide over, since the storage was asked at the latest. */
  lacks(): void {
    this.#behindSince ??= this.#stepAt;
  }

  answered(revision: Revision | undefined): void {
    this.#askedAt = this.#stepAt;
    this.#behindSince = this.#behindSinceStep;
    if (this.#behindSince === undefined) this.#newest = revision;
  }
}
