/** What some work took. */
export interface Spent {
  readonly wallNs: number;
  /** Of all threads of the process: garbage collection and compilation are in it. */
  readonly cpuNs: number;
}

/** Does the work and says what it took. */
export function spent(work: () => void): Spent {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  work();
  const wallNs = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(cpu);
  return { wallNs, cpuNs: (user + system) * 1_000 };
}

/** Does the work to its end and says what it took. */
export async function spentLater(work: () => Promise<void>): Promise<Spent> {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  await work();
  const wallNs = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(cpu);
  return { wallNs, cpuNs: (user + system) * 1_000 };
}

/** The value below which this share of the values lies; null where there are none. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}
