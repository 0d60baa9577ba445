import { quantile } from '../clock.ts';
import type { Expected } from '../measure.ts';
import { type Row, rowOf } from '../row.ts';
import type { Asking } from './asking.ts';
import type { Contender } from './contender.ts';
import { type Answers, load } from './wrk.ts';

const CONNECTIONS = 32;

/** One server that is asked in one way, round by round. */
export class Lane {
  readonly #contender: Contender;
  readonly #asking: Asking;
  readonly #rounds: (Answers & { readonly cpuUs: number })[] = [];
  #sample = 0;
  #isRight = true;

  constructor(contender: Contender, asking: Asking) {
    this.#contender = contender;
    this.#asking = asking;
  }

  async run(seconds: number): Promise<void> {
    const { path, bodies } = this.#asking;
    const { url } = this.#contender;
    await this.#contender.cpuUs();
    const answers = await load({ url, path, bodies, connections: CONNECTIONS, seconds });
    this.#rounds.push({ ...answers, cpuUs: await this.#contender.cpuUs() });
  }

  forget(): void {
    this.#rounds.length = 0;
  }

  /** Holds its answers against those of the reference evaluator, where it decides anything. */
  async ask(sample: readonly Expected[]): Promise<void> {
    const { path, bodies, isAllowed } = this.#asking;
    if (isAllowed === undefined) return;
    for (const [at, { allowed }] of sample.entries()) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${this.#contender.url}${path}`, { method: 'POST', headers, body: bodies[at] ?? '' });
      this.#isRight &&= isAllowed(await answer.json()) === allowed;
    }
    this.#sample = sample.length;
  }

  row(known: Pick<Row, 'workload' | 'n'>): Row {
    const { variant, items, note } = this.#asking;
    const median = (figure: (round: Answers & { readonly cpuUs: number }) => number): number =>
      quantile(this.#rounds.map(figure), 0.5) ?? Number.NaN;
    const failed = this.#rounds.reduce((sum, round) => sum + round.failed, 0);
    return rowOf({
      ...known,
      variant,
      note,
      subject: this.#contender.name,
      p50Ns: median(({ p50Ns }) => p50Ns),
      p99Ns: median(({ p99Ns }) => p99Ns),
      worstNs: Math.max(...this.#rounds.map(({ worstNs }) => worstNs)),
      cpuP50Ns: median(({ cpuUs, requests }) => (cpuUs * 1e3) / requests / items),
      requestsPerSecond: median(({ requestsPerSecond }) => requestsPerSecond),
      agreed: this.#sample === 0 ? null : this.#isRight && failed === 0,
      sample: this.#sample,
    });
  }
}
