import { engineAllows, engineDecides, guardAllows } from './contestants/cardea.ts';
import type { Contestant } from './contestant.ts';
import type { LoadedIndex } from './load-index.ts';
import { race } from './measure.ts';
import { type Peer, Unavailable } from './peers/peer.ts';
import { type Row, rowOf } from './row.ts';
import { inquiriesOf, policiesOf, type Workload } from './workload.ts';

/** How a run is made. */
export interface RunOptions {
  /** Whether other libraries run too. */
  readonly peers: boolean;
  readonly budgetMs?: number;
  /** Told what is going on. */
  readonly progress: (what: string) => void;
}

/** More policies than these would have to stay as documents in the storage of the guard. */
export const MOST_FOR_GUARD = 100_000;

/** Times Cardea, by engine and by guard, and the peers on one workload. */
export async function raceWorkload(
  workload: Workload,
  n: number,
  { index: load, peers }: { readonly index: () => Promise<LoadedIndex>; readonly peers: readonly Peer[] },
  { peers: withPeers, progress, ...options }: RunOptions,
): Promise<readonly Row[]> {
  const name = `${workload.id} ${workload.variant} ${n}`;
  progress(`${name}: loading`);
  const loaded = await load();
  const contestants: Contestant[] = [engineAllows(loaded), engineDecides(loaded)];
  if (n <= MOST_FOR_GUARD) contestants.push(await guardAllows(policiesOf(workload, n)));
  const absent: Row[] = [];
  for (const peer of withPeers ? peers.filter(({ most }) => n <= most) : []) {
    progress(`${name}: loading ${peer.subject}`);
    const made = await loadedOrRow(() => peer.load(workload, n), {
      workload: workload.id,
      variant: workload.variant,
      n,
      subject: peer.subject,
    });
    if ('decide' in made) contestants.push(made);
    else absent.push(made);
  }
  progress(`${name}: deciding by ${contestants.map(({ subject, variant }) => `${subject} ${variant}`).join('; ')}`);
  const rows = await race(contestants, {
    workload: workload.id,
    n,
    sample: loaded.sample,
    matchedPercent: loaded.matchedPercent,
    ...options,
    inquiries: (round, count) => inquiriesOf(workload, n, round, count),
  });
  for (const { close } of contestants) await close?.();
  return [...rows.map((row) => ({ ...row, variant: `${workload.variant}: ${row.variant}` })), ...absent];
}

/** The contestant, or a row that says why there is none. */
export async function loadedOrRow(
  load: () => Promise<Contestant>,
  about: Pick<Row, 'workload' | 'variant' | 'n' | 'subject'>,
): Promise<Contestant | Row> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof Unavailable) return rowOf({ ...about, note: `not to be had here: ${error.message}` });
    throw error;
  }
}
