import { setTimeout } from 'node:timers/promises';
import { GuardingProcess } from '../../packages/cardea/test/guarding-process.ts';
import { openDatabase } from '../../packages/cardea/test/open-database.ts';
import { addressee } from '../../packages/cardea/test/policies.ts';
import { quantile } from '../clock.ts';
import { below, randomOf } from '../random.ts';
import { type Row, rowOf } from '../row.ts';
import type { PlaceName, Places } from './places.ts';

const CHANGES = 200;
/** Between two changes at most; by chance, so that none waits for what the one before began. */
const PAUSE_MS = 100;
/** What takes longer counts as lost. */
const LONGEST_MS = 30_000;

/** How another process learns of changes. */
export interface Telling {
  readonly name: PlaceName;
  readonly how: string;
  readonly pollMs?: number;
}

/**
 * From the moment at which a change is asked for to the one from which on the guard of another process decides by it: 200
 * policies are added one by one, each for a subject of its own, and the other process says when it lets each in.
 */
export async function visible(places: Places, { name, how, pollMs }: Telling, n: number): Promise<Row> {
  const { address, remove } = await places.make(name);
  const { storage, close } = await openDatabase(address);
  await storage.addAll(Array.from({ length: n }, (_, at) => addressee(`before ${at}`)));
  const other = await GuardingProcess.start({ address, ...(pollMs === undefined ? {} : { pollMs }) });
  const random = randomOf('visible', 0);
  const askedNs: bigint[] = [];
  const writtenNs: number[] = [];
  for (let at = 0; at < CHANGES; at++) {
    await setTimeout(below(random, PAUSE_MS));
    const asked = process.hrtime.bigint();
    askedNs.push(asked);
    await storage.add(addressee(String(at)));
    writtenNs.push(Number(process.hrtime.bigint() - asked));
  }
  const until = performance.now() + LONGEST_MS;
  while (other.seenNs.length < CHANGES && performance.now() < until) await setTimeout(10);
  const tookNs = askedNs.flatMap((asked, at) => {
    const seen = other.seenNs[at];
    return seen === undefined ? [] : [Number(seen - asked)];
  });
  await other.stop();
  await close();
  await remove();
  return rowOf({
    workload: 'S1',
    variant: `${name}: ${how}`,
    n,
    subject: 'cardea',
    p50Ns: quantile(tookNs, 0.5),
    p99Ns: quantile(tookNs, 0.99),
    worstNs: quantile(tookNs, 1),
    agreed: tookNs.length === CHANGES,
    sample: CHANGES,
    note: `${CHANGES - tookNs.length} lost; ${((quantile(writtenNs, 0.5) ?? 0) / 1e6).toFixed(1)} ms of p50 is the writer's commit`,
  });
}
