import type { Revision } from 'cardea';
import { RequestError } from '../http/request-error.ts';
import type { Decider } from './decider.ts';

/**
 * The revision that an answer must at least be of: the header `Cardea-Min-Revision`, with what a change was answered with.
 * Whoever has changed a policy at one instance is so never answered by another that does not know of it.
 *
 * @throws RequestError 400 when it is no revision
 */
export function readLeastRevision(header: string | undefined): Revision {
  if (header === undefined) return 0;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  throw new RequestError(400, '`Cardea-Min-Revision` is no revision');
}

/** How long to wait for a revision, and how. */
export interface Waiting {
  readonly mostMs: number;
  readonly elapsed: () => number;
  /** Looks for changes that nobody told of; may reject. */
  readonly refresh: () => Promise<void>;
  readonly sleep: (ms: number) => Promise<void>;
}

const FIRST_PAUSE_MS = 5;

/**
 * Decides over a revision or a later one: asks again until it is there.
 *
 * @returns a rejection with RequestError 503 when it did not come in time
 */
export function atLeast(decider: Decider, least: Revision, { mostMs, elapsed, refresh, sleep }: Waiting): Decider {
  if (least === 0) return decider;
  const decide: Decider['decide'] = async (evaluation, wants) => {
    const end = elapsed() + mostMs;
    for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
      // oxlint-disable-next-line no-await-in-loop
      const answered = await decider.decide(evaluation, wants);
      const { revision } = answered.decision;
      if (revision >= least) return answered;
      const left = end - elapsed();
      if (left <= 0)
        throw new RequestError(503, `the policies here are of revision ${revision}`, { 'retry-after': '1' });
      // Whether or not it can be asked: what it was told of meanwhile is decided over too.
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all([refresh().catch(() => undefined), sleep(Math.min(pause, left))]);
    }
  };
  return { decide, allows: async (evaluation) => (await decide(evaluation)).decision };
}
