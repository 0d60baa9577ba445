import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import { FUNCTIONS, lowered } from '../load-index.ts';
import type { Expected } from '../measure.ts';
import { Oracle, sampleSize } from '../oracle.ts';
import { Unavailable } from '../peers/peer.ts';
import { type Row, rowOf } from '../row.ts';
import { inquiriesOf, policiesOf } from '../workload.ts';
import { batches, singles } from './asking.ts';
import { startCerbos } from './cerbos.ts';
import { type Contender, startContender } from './contender.ts';
import { Lane } from './lane.ts';
import { NAMES, SINGLE } from './names.ts';
import { departments } from './questions.ts';

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

/** Different ones, over and over. */
const QUESTIONS = 1_000;
const WARM_UP_SECONDS = 3;

/**
 * Loads the servers in turn, round by round, so that whatever else the machine does meets all of them. The processor time
 * is that of the server's process; the time of an answer has all connections in it that wait for the same core.
 */
export async function race(options: RaceOptions): Promise<readonly Row[]> {
  const { policies, profile, peers, progress } = options;
  const known = { workload: departments.id, n: policies };
  const questions = inquiriesOf(departments, policies, 0, QUESTIONS);
  const sample = expected(questions.slice(0, sampleSize(policies)), policies);
  const contenders: Contender[] = [];
  const absent: Row[] = [];
  try {
    contenders.push(await startContender(NAMES.floor, { kind: 'floor', policies }));
    contenders.push(await startContender(NAMES.bare, { kind: 'bare route', policies }));
    contenders.push(await startContender(NAMES.own, { kind: 'decision point', policies }, profile));
    if (peers) {
      progress('starting cerbos');
      const made = await startCerbos(policies).catch(unavailable);
      if (made instanceof Unavailable)
        absent.push(
          rowOf({ ...known, variant: SINGLE, subject: NAMES.cerbos, note: `not available: ${made.message}` }),
        );
      else contenders.push(made);
    }
    const single = contenders.map((contender) => new Lane(contender, singles(contender.name, questions)));
    const others = contenders.filter(({ name }) => name !== NAMES.cerbos);
    const batched = others.map((contender) => new Lane(contender, batches(questions)));
    const lanes = [...single, ...batched];
    for (const lane of single) await lane.ask(sample);
    for (const lane of lanes) await lane.run(WARM_UP_SECONDS);
    for (const lane of lanes) lane.forget();
    for (let round = 0; round < options.rounds; round++) {
      progress(`round ${round + 1}`);
      for (const lane of [...rotated(single, round), ...rotated(batched, round)]) await lane.run(options.seconds);
    }
    return [...single.map((lane) => lane.row(known)), ...absent, ...batched.map((lane) => lane.row(known))];
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
  }
}

function unavailable(error: unknown): Unavailable {
  if (error instanceof Unavailable) return error;
  throw error;
}

/** Each is the first in its turn. */
function rotated<T>(all: readonly T[], round: number): readonly T[] {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

/** What the reference evaluator decides. */
function expected(inquiries: readonly Inquiry[], policies: number): readonly Expected[] {
  const oracle = new Oracle(inquiries, FUNCTIONS);
  for (const policy of policiesOf(departments, policies)) oracle.add(lowered(policy));
  return oracle.expected();
}
