import type { Inquiry } from '../packages/cardea/src/model/inquiry.ts';
import { quantile } from './clock.ts';
import type { Answered, Contestant } from './contestant.ts';
import { GcPauses, type Interval } from './gc-pauses.ts';
import { type Row, rowOf } from './row.ts';

/** What contestants are asked. */
export interface Race {
  readonly workload: string;
  readonly n: number;
  /** The inquiries of a round: the same ones for the same number. */
  readonly inquiries: (round: number, count: number) => readonly Inquiry[];
  /** Inquiries with the answer of the reference. */
  readonly sample: readonly Expected[];
  readonly matchedPercent?: number;
  /** How long each contestant is timed at most. */
  readonly budgetMs?: number;
}

/** An inquiry and what must be answered. */
export interface Expected {
  readonly inquiry: Inquiry;
  readonly allowed: boolean;
}

/** Inquiries of these numbers are timed; those of higher ones serve other ends. */
export const ROUNDS = 15;
const BATCH = 4_096;
const WARM_UP_ROUND = 1_000;
const ALONE_ROUND = 2_000;
const SETTLING_ROUND = 4_000;
/** Whatever the budget, but for those that take longer than this for a single decision. */
const LEAST_ROUNDS = 3;
const SLOWEST_NS = 5e9;

/**
 * Times the contestants round by round, one after the other in each round, so that whatever else the machine
 * does meets all of them. A slow one has smaller batches and fewer of them.
 */
export async function race(contestants: readonly Contestant[], about: Race): Promise<readonly Row[]> {
  const pauses = new GcPauses();
  const runners = contestants.map((contestant) => new Runner(contestant, about));
  for (const runner of runners) await runner.start();
  for (let round = 0; round < ROUNDS; round++) {
    const inquiries = about.inquiries(round, Math.max(...runners.map(({ batch }) => batch)));
    // Each is the first of a round in its turn: the first finds the caches of the processor as the last left them.
    const first = round % runners.length;
    for (const runner of [...runners.slice(first), ...runners.slice(0, first)]) await runner.run(inquiries);
  }
  for (const runner of runners) await runner.finish();
  const rows = await Promise.all(runners.map((runner) => runner.row(pauses)));
  pauses.close();
  return rows;
}

/** One contestant on its way. */
class Runner {
  /** How many inquiries it is asked in one piece. */
  batch = 1;
  readonly #contestant: Contestant;
  readonly #race: Race;
  readonly #wallNs: number[] = [];
  readonly #cpuNs: number[] = [];
  readonly #intervals: Interval[] = [];
  #aloneNs: readonly number[] = [];
  #leftNs: number;
  #agreed = true;
  #sampled = 0;
  #coldNs = 0;

  constructor(contestant: Contestant, about: Race) {
    this.#contestant = contestant;
    this.#race = about;
    this.#leftNs = (about.budgetMs ?? 4_000) * 1e6;
  }

  /** The first decision, the sample, and what makes the code warm. */
  async start(): Promise<void> {
    const [first, ...others] = this.#race.sample;
    if (first === undefined) throw new Error('a race needs a sample');
    this.#coldNs = (await this.#check([first])).wallNs;
    const affordable = Math.max(1, Math.floor(this.#leftNs / 2 / this.#coldNs));
    if (others.length > 0 && this.#leftNs > this.#coldNs) await this.#check(others.slice(0, affordable));
    let perDecision = this.#coldNs;
    // Each time twice as many, until it is known what a warm decision takes.
    for (let count = 1; count <= BATCH && perDecision * count < this.#leftNs / 10; count *= 2) {
      const inquiries = this.#race.inquiries(WARM_UP_ROUND + count, count);
      const { wallNs } = await this.#contestant.decide(inquiries, 'together');
      // The least: a pause of the machine must not make it pass for slow.
      perDecision = Math.min(perDecision, wallNs / count);
    }
    this.batch = Math.max(1, Math.min(BATCH, Math.floor(this.#leftNs / ROUNDS / 2 / perDecision)));
  }

  async run(inquiries: readonly Inquiry[]): Promise<void> {
    if (this.#leftNs <= 0 && this.#wallNs.length >= (this.#coldNs > SLOWEST_NS ? 1 : LEAST_ROUNDS)) return;
    await this.#settleIn();
    const fromMs = performance.now();
    const { wallNs, cpuNs } = await this.#contestant.decide(inquiries.slice(0, this.batch), 'together');
    const count = Math.min(this.batch, inquiries.length);
    this.#intervals.push({ fromMs: Math.max(fromMs, performance.now() - wallNs / 1e6), toMs: performance.now() });
    this.#wallNs.push(wallNs / count);
    this.#cpuNs.push(cpuNs / count);
    this.#leftNs -= wallNs;
  }

  /** Decides a little untimed: the caches of the processor are still full of what the one before looked at. */
  async #settleIn(): Promise<void> {
    const count = Math.floor(this.batch / 4);
    if (count > 0)
      await this.#contestant.decide(this.#race.inquiries(SETTLING_ROUND + this.#wallNs.length, count), 'together');
  }

  /** Single decisions, for the percentiles that batches hide. */
  async finish(): Promise<void> {
    if (this.batch < 20) return;
    const inquiries = this.#race.inquiries(ALONE_ROUND, this.batch);
    this.#aloneNs = (await this.#contestant.decide(inquiries, 'alone')).aloneNs;
  }

  async row(pauses: GcPauses): Promise<Row> {
    const { subject, variant, bytesPerItem = null, itemsPerSecond = null, note = '' } = this.#contestant;
    const { workload, n, matchedPercent = null } = this.#race;
    const alone = this.#aloneNs.length > 0 ? this.#aloneNs : this.#wallNs;
    return rowOf({
      workload,
      variant,
      n,
      subject,
      bytesPerItem,
      itemsPerSecond,
      matchedPercent,
      note,
      p50Ns: quantile(this.#wallNs, 0.5),
      p99Ns: quantile(alone, 0.99),
      cpuP50Ns: quantile(this.#cpuNs, 0.5),
      batchP99Ns: quantile(this.#wallNs, 0.99),
      worstNs: quantile(alone, 1),
      coldNs: this.#contestant.isWarm === true ? null : this.#coldNs,
      agreed: this.#agreed && this.#contestant.exact?.() !== false,
      sample: this.#sampled,
      ...(this.#contestant.elsewhere === true ? {} : await pauses.during(this.#intervals)),
    });
  }

  async #check(sample: readonly Expected[]): Promise<Answered> {
    const answered = await this.#contestant.decide(
      sample.map(({ inquiry }) => inquiry),
      'together',
    );
    this.#sampled += sample.length;
    this.#agreed &&= sample.every(({ allowed }, at) => answered.answers[at] === allowed);
    return answered;
  }
}
