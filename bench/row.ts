/** One line of the result: what one library took for one workload of one size. A figure that there is not is null. */
export interface Row {
  /** `W1` … `W9`. */
  readonly workload: string;
  /** Of the workload, and which function of a library was asked. */
  readonly variant: string;
  /** Policies, rules or links; entities of each kind for W6. */
  readonly n: number;
  /** `cardea`, or the peer's name. */
  readonly subject: string;
  /** Median over batches of the time of one decision, by the wall clock. */
  readonly p50Ns: number | null;
  /** 99th percentile of single decisions, by the wall clock; that of batches is `batchP99Ns`. */
  readonly p99Ns: number | null;
  /** Median over batches of the processor time of one decision, that of the garbage collector included. */
  readonly cpuP50Ns: number | null;
  /** Memory that stays when the documents are dropped and the garbage is collected. */
  readonly bytesPerItem: number | null;
  /** How many policies, rules or links are loaded in a second of processor time. */
  readonly itemsPerSecond: number | null;
  /** Requests that a server answered in a second of the clock; null where nobody was asked over a network. */
  readonly requestsPerSecond: number | null;
  /** Whether a sample of the decisions is that of the reference evaluator; null where nothing was decided. */
  readonly agreed: boolean | null;
  /** How many decisions the sample has. */
  readonly sample: number;
  readonly batchP99Ns: number | null;
  /** The longest single decision or update. */
  readonly worstNs: number | null;
  /** The first decision after loading. */
  readonly coldNs: number | null;
  /** Pauses of the garbage collector during the timed batches: all of them, and the longest. */
  readonly gcMs: number | null;
  readonly longestGcMs: number | null;
  /** The share of the policies that an inquiry of the sample meets, in percent. */
  readonly matchedPercent: number | null;
  /** Why figures are missing, or what bounds them. */
  readonly note: string;
}

/** A row with the figures that there are. */
export function rowOf(known: Pick<Row, 'workload' | 'variant' | 'n' | 'subject'> & Partial<Row>): Row {
  return { ...NOTHING, ...known };
}

const NOTHING = {
  p50Ns: null,
  p99Ns: null,
  cpuP50Ns: null,
  bytesPerItem: null,
  itemsPerSecond: null,
  requestsPerSecond: null,
  agreed: null,
  sample: 0,
  batchP99Ns: null,
  worstNs: null,
  coldNs: null,
  gcMs: null,
  longestGcMs: null,
  matchedPercent: null,
  note: '',
} as const;
