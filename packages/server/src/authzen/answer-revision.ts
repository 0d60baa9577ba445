import type { Revision } from 'cardea';
import { after } from '../http/after.ts';
import type { Observer } from '../observe/observer.ts';
import type { Answered, Decider, Evaluation, Verdict } from './decider.ts';

/**
 * Decides as another one does, and notes of which revision the decisions of one answer are. Policies may change while a batch
 * or a page is decided: the answer is then of the oldest of them, so that whoever waits for a change never takes it for
 * newer than it is.
 */
export class AnswerRevision implements Decider {
  readonly #decider: Decider;
  readonly #observers: readonly Pick<Observer, 'decided'>[];
  #oldest: Revision | undefined;

  /** @param observers told of each decision */
  constructor(decider: Decider, observers: readonly Pick<Observer, 'decided'>[]) {
    this.#decider = decider;
    this.#observers = observers;
  }

  /** Undefined where nothing was decided. */
  get oldest(): Revision | undefined {
    return this.#oldest;
  }

  async decide(evaluation: Evaluation, wants?: { readonly explanation: boolean }): Promise<Answered> {
    const answered = await this.#decider.decide(evaluation, wants);
    this.#note(answered.decision);
    return answered;
  }

  allows(evaluation: Evaluation): Verdict | Promise<Verdict> {
    return after(this.#decider.allows(evaluation), (verdict) => this.#note(verdict));
  }

  #note<T extends Verdict>(verdict: T): T {
    const { revision } = verdict;
    if (this.#oldest === undefined || revision < this.#oldest) this.#oldest = revision;
    for (const observer of this.#observers) observer.decided?.(verdict.allowed);
    return verdict;
  }
}
