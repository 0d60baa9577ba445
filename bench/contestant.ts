import type { Inquiry } from '../packages/cardea/src/model/inquiry.ts';
import { type Spent, spent, spentLater } from './clock.ts';
import { fresh } from './fresh.ts';
import { collectNewGarbage } from './memory.ts';

/** A library that is loaded and can be asked. */
export interface Contestant {
  readonly subject: string;
  readonly variant: string;
  readonly bytesPerItem?: number;
  readonly itemsPerSecond?: number;
  readonly note?: string;
  /** Whether it runs in a process of its own, whose garbage collector is not heard of here. */
  readonly elsewhere?: boolean;
  /** Whether more than the answers is that of the reference; asked when all has been timed. */
  readonly exact?: () => boolean;
  /** Whether another contestant has made it decide before: its first decision is then none. */
  readonly isWarm?: boolean;
  /** Decides all inquiries, in one timed piece or each timed alone. */
  readonly decide: (inquiries: readonly Inquiry[], timed: Timed) => Promise<Answered>;
  readonly close?: () => Promise<void> | void;
}

export type Timed = 'together' | 'alone';

/** Answers and what they took. */
export interface Answered extends Spent {
  readonly answers: readonly boolean[];
  /** Of each decision alone; empty where they were timed together. */
  readonly aloneNs: readonly number[];
}

/** What a contestant in this process needs to be asked. */
export interface Asked<Q> {
  /** The question as the library wants it, made before the clock runs; the inquiry where absent. */
  readonly question?: (inquiry: Inquiry) => Q;
  readonly allows: (question: Q) => boolean;
}

/** Asks a library in this process, with fresh strings in every inquiry. */
export function asking<Q = Inquiry>({ question, allows }: Asked<Q>): Contestant['decide'] {
  return async (inquiries, timed) => {
    const questions = inquiries.map((inquiry) => question?.(fresh(inquiry)) ?? (fresh(inquiry) as Q));
    const answers: boolean[] = Array.from(questions, () => false);
    const aloneNs = new Float64Array(timed === 'alone' ? questions.length : 0);
    collectNewGarbage();
    const total = spent(() => {
      if (timed === 'together') for (let at = 0; at < questions.length; at++) answers[at] = allows(questions[at] as Q);
      else decideAlone(questions, allows, answers, aloneNs);
    });
    return { ...total, answers, aloneNs: [...aloneNs] };
  };
}

/** The same for a library that answers later. */
export function askingLater<Q>(asked: {
  readonly question: (inquiry: Inquiry) => Q;
  readonly allows: (question: Q) => Promise<boolean>;
}): Contestant['decide'] {
  return async (inquiries) => {
    const questions = inquiries.map((inquiry) => asked.question(fresh(inquiry)));
    const answers: boolean[] = [];
    const aloneNs: number[] = [];
    collectNewGarbage();
    const total = await spentLater(async () => {
      for (const question of questions) {
        const start = process.hrtime.bigint();
        answers.push(await asked.allows(question));
        aloneNs.push(Number(process.hrtime.bigint() - start));
      }
    });
    return { ...total, answers, aloneNs };
  };
}

function decideAlone<Q>(
  questions: readonly Q[],
  allows: (question: Q) => boolean,
  answers: boolean[],
  aloneNs: Float64Array,
): void {
  for (let at = 0; at < questions.length; at++) {
    const start = process.hrtime.bigint();
    answers[at] = allows(questions[at] as Q);
    aloneNs[at] = Number(process.hrtime.bigint() - start);
  }
}
