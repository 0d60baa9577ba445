import type { Revision } from 'cardea';
import type { Observer } from '../observe/observer.ts';
import type { Answered, Decide, Evaluation, Verdict } from './decider.ts';

/** The name of the header that says of which state of the policies an answer is. */
const REVISION_HEADER = 'cardea-revision';

/**
 * Notes of which revision the decisions of one answer are. Policies may change while a batch or a page is decided: the
 * answer is then of the oldest of them, so that whoever waits for a change never takes it for newer than it is.
 */
export class AnswerRevision {
  readonly #observers: readonly Pick<Observer, 'decided'>[];
  #oldest: Revision | undefined;

  /** @param observers told of each decision */
  constructor(observers: readonly Pick<Observer, 'decided'>[] = []) {
    this.#observers = observers;
  }

  /** Decides as the other one does. */
  noting(decide: Decide): Decide {
    const answer = async (evaluation: Evaluation, wants?: Parameters<Decide>[1]): Promise<Answered> => {
      const answered = await decide(evaluation, wants);
      this.#note(answered.decision);
      return answered;
    };
    if (decide.allows === undefined) return answer;
    const allows = (evaluation: Evaluation): Verdict | Promise<Verdict> => {
      const verdict = decide.allows?.(evaluation) ?? answer(evaluation).then(({ decision }) => decision);
      return verdict instanceof Promise ? verdict.then((later) => this.#note(later)) : this.#note(verdict);
    };
    return Object.assign(answer, { allows });
  }

  /** Without the header where nothing was decided. */
  get headers(): Readonly<Record<string, string>> {
    return this.#oldest === undefined ? {} : { [REVISION_HEADER]: String(this.#oldest) };
  }

  #note<T extends Verdict>(verdict: T): T {
    const { revision } = verdict;
    if (this.#oldest === undefined || revision < this.#oldest) this.#oldest = revision;
    for (const observer of this.#observers) observer.decided?.(verdict.allowed);
    return verdict;
  }
}
