import type { Contestant } from '../contestant.ts';
import type { Workload } from '../workload.ts';

/** A library that can be loaded with the policies of a workload. */
export interface Peer {
  readonly subject: string;
  /** More policies would take it longer than the others together. */
  readonly most: number;
  /** @throws {@link Unavailable} */
  readonly load: (workload: Workload, n: number) => Promise<Contestant>;
}

/** A library that cannot be had here. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
