import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import { quantile } from '../clock.ts';
import { FUNCTIONS, lowered } from '../load-index.ts';
import type { Expected } from '../measure.ts';
import { Oracle, sampleSize } from '../oracle.ts';
import { Unavailable } from '../peers/peer.ts';
import { type Row, rowOf } from '../row.ts';
import { inquiriesOf, policiesOf } from '../workload.ts';
import { CERBOS_PATH, cerbosAllows, cerbosBody, startCerbos } from './cerbos.ts';
import { type Contender, startContender } from './contender.ts';
import { departments } from './questions.ts';
import { type Answers, load } from './wrk.ts';

/** What is asked how often. */
export interface RaceOptions {
  readonly policies: number;
  /** Of each server in each round. */
  readonly seconds: number;
  readonly rounds: number;
  readonly peers: boolean;
  /** A folder for the profile of the decision point; none when undefined. */
  readonly profile: string | undefined;
  /** Told what is going on. */
  readonly progress: (what: string) => void;
}

const CONNECTIONS = 32;
/** Different ones, over and over. */
const QUESTIONS = 1_000;
const BATCH = 100;
const WARM_UP_SECONDS = 3;

/**
 * Loads the servers in turn, round by round, so that whatever else the machine does meets all of them. The processor time
 * is that of the server's process; the time of an answer has all connections in it that wait for the same core.
 */
export async function race(options: RaceOptions): Promise<readonly Row[]> {
  const { policies, profile, peers, progress } = options;
  const questions = inquiriesOf(departments, policies, 0, QUESTIONS);
  const sample = expected(questions.slice(0, sampleSize(policies)), policies);
  const contenders: Contender[] = [];
  const absent: Row[] = [];
  try {
    contenders.push(await startContender('fastify', { kind: 'bare route', policies }));
    contenders.push(await startContender('cardea', { kind: 'decision point', policies }, profile));
    if (peers) {
      progress('starting cerbos');
      const made = await startCerbos(policies).catch((error: unknown) => {
        if (error instanceof Unavailable) return error;
        throw error;
      });
      if (made instanceof Unavailable)
        absent.push(rowOf({ ...ROW, n: policies, subject: 'cerbos', note: `not available: ${made.message}` }));
      else contenders.push(made);
    }
    const single = contenders.map((contender) => new Lane(contender, singles(contender.name, questions)));
    const batches = contenders.slice(0, 2).map((contender) => new Lane(contender, batched(questions)));
    await agree(single, sample);
    for (const lane of [...single, ...batches]) await lane.run(WARM_UP_SECONDS);
    for (const lane of [...single, ...batches]) lane.forget();
    for (let round = 0; round < options.rounds; round++) {
      progress(`round ${round + 1}`);
      for (const lane of [...rotated(single, round), ...rotated(batches, round)]) await lane.run(options.seconds);
    }
    return [
      ...single.map((lane) => lane.row(single[0], policies, sample.length)),
      ...absent,
      ...batches.map((lane) => lane.row(batches[0], policies, 0)),
    ];
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
  }
}

const ROW = { workload: 'H1', variant: 'one evaluation a request' } as const;

interface Asking {
  readonly variant: string;
  readonly path: string;
  readonly bodies: readonly string[];
  readonly items: number;
}

function singles(name: string, questions: readonly Inquiry[]): Asking {
  const isCerbos = name === 'cerbos';
  const path = isCerbos ? CERBOS_PATH : '/access/v1/evaluation';
  const bodies = questions.map((inquiry) => (isCerbos ? cerbosBody(inquiry) : JSON.stringify(inquiry)));
  return { variant: ROW.variant, path, bodies, items: 1 };
}

function batched(questions: readonly Inquiry[]): Asking {
  const bodies = Array.from({ length: questions.length / BATCH }, (_, at) =>
    JSON.stringify({ evaluations: questions.slice(at * BATCH, (at + 1) * BATCH) }),
  );
  return { variant: `${BATCH} evaluations a request: of each`, path: '/access/v1/evaluations', bodies, items: BATCH };
}

/** One server that is asked in one way. */
class Lane {
  readonly #contender: Contender;
  readonly #asking: Asking;
  readonly #rounds: (Answers & { readonly cpuUs: number })[] = [];
  isRight: boolean | null = null;

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

  async ask(sample: readonly Expected[]): Promise<void> {
    const { url, name } = this.#contender;
    if (name === 'fastify') return;
    const { path, bodies } = this.#asking;
    this.isRight = true;
    for (const [at, { allowed }] of sample.entries()) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: bodies[at] ?? '' });
      const body = await answer.json();
      const said = name === 'cerbos' ? cerbosAllows(body) : (body as { readonly decision: boolean }).decision;
      this.isRight &&= said === allowed;
    }
  }

  row(bare: Lane | undefined, policies: number, sample: number): Row {
    const { variant, items } = this.#asking;
    const median = (figure: (round: Answers & { readonly cpuUs: number }) => number): number =>
      quantile(this.#rounds.map(figure), 0.5) ?? Number.NaN;
    const failed = this.#rounds.reduce((sum, round) => sum + round.failed, 0);
    const share = quantile(this.#shares(bare), 0.5);
    return rowOf({
      ...ROW,
      variant,
      n: policies,
      subject: this.#contender.name,
      p50Ns: median(({ p50Ns }) => p50Ns),
      p99Ns: median(({ p99Ns }) => p99Ns),
      worstNs: Math.max(...this.#rounds.map(({ worstNs }) => worstNs)),
      cpuP50Ns: median(({ cpuUs, requests }) => (cpuUs * 1e3) / requests / items),
      requestsPerSecond: median(({ requestsPerSecond }) => requestsPerSecond),
      agreed: this.isRight === null ? null : this.isRight && failed === 0,
      sample: this.isRight === null ? 0 : sample,
      note: share === null ? '' : `${(share * 100).toFixed(0)} % of the bare route`,
    });
  }

  /** Of each round: its requests a second as a share of those of the bare route in the same round. */
  #shares(bare: Lane | undefined): readonly number[] {
    if (bare === undefined || bare === this) return [];
    const own = this.#rounds.map(({ requestsPerSecond }) => requestsPerSecond);
    return bare.#rounds.map(({ requestsPerSecond }, at) => (own[at] ?? 0) / requestsPerSecond);
  }
}

/** Each is the first in its turn. */
function rotated<T>(all: readonly T[], round: number): readonly T[] {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

async function agree(lanes: readonly Lane[], sample: readonly Expected[]): Promise<void> {
  for (const lane of lanes) await lane.ask(sample);
}

/** What the reference evaluator decides. */
function expected(inquiries: readonly Inquiry[], policies: number): readonly Expected[] {
  const oracle = new Oracle(inquiries, FUNCTIONS);
  for (const policy of policiesOf(departments, policies)) oracle.add(lowered(policy));
  return oracle.expected();
}
