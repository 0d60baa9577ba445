import { Guard } from '../../packages/cardea/src/guard/guard.ts';
import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import type { Policy } from '../../packages/cardea/src/model/policy.ts';
import type { Storage } from '../../packages/cardea/src/ports/storage.ts';
import { decide } from '../../packages/cardea/src/decide/decide.ts';
import { openDatabase, type DatabaseAddress } from '../../packages/cardea/test/open-database.ts';
import { connectTo, run } from '../../packages/cardea/test/sql-connections.ts';
import { quantile, spentLater } from '../clock.ts';
import { askingLater, type Contestant } from '../contestant.ts';
import { FUNCTIONS, loadIndex, lowered } from '../load-index.ts';
import { race } from '../measure.ts';
import { DECIDING } from '../oracle.ts';
import type { RunOptions } from '../race-workload.ts';
import { type Row, rowOf } from '../row.ts';
import { inquiriesOf, policiesOf, type Workload } from '../workload.ts';
import { rules } from '../workloads/w3.ts';
import type { PlaceName, Places } from './places.ts';

const LOAD_BATCH = 5_000;
const COUNTED_ROUND = 5_000;
const COUNTED = 1_000;

/** What a database is filled with, what it then answers on demand, and what vakt's way with the same policies takes. */
export async function onDemand(
  places: Places,
  name: PlaceName,
  n: number,
  { progress, ...options }: RunOptions,
): Promise<readonly Row[]> {
  const { address, remove } = await places.make(name);
  const { storage, close } = await openDatabase(address);
  progress(`${name}: adding ${n} policies`);
  const bulk = await load(storage, name, n);
  progress(`${name}: deciding by the reference`);
  const { sample, matchedPercent } = await loadIndex(rules, n);
  const contestants = [await asGuard(storage, name, n), loadAllAndScan(address, name)];
  progress(`${name}: deciding by ${contestants.map(({ variant }) => variant).join('; ')}`);
  const rows = await race(contestants, {
    workload: 'S2',
    n,
    sample,
    matchedPercent,
    ...options,
    inquiries: (round, count) => inquiriesOf(rules, n, round, count),
  });
  for (const contestant of contestants) await contestant.close?.();
  await close();
  await remove();
  return [bulk, ...rows];
}

/** Bulk loading, with its progress. */
async function load(storage: Storage, name: PlaceName, n: number): Promise<Row> {
  const policies = [...policiesOf(rules, n)];
  await storage.revision(); // the tables are there
  let told = 0;
  let last = 0;
  const { wallNs, cpuNs } = await spentLater(() =>
    storage.addAll(policies, {
      batch: LOAD_BATCH,
      onProgress: (done) => {
        told += 1;
        last = done;
      },
    }),
  );
  return rowOf({
    workload: 'S3',
    variant: `${name}: addAll`,
    n,
    subject: 'cardea',
    p50Ns: wallNs,
    cpuP50Ns: cpuNs,
    itemsPerSecond: n / (wallNs / 1e9),
    agreed: last === n,
    sample: 1,
    note: `${told} times told of the progress`,
  });
}

/** A guard that asks the database for the candidates of each inquiry. */
async function asGuard(storage: Storage, name: PlaceName, n: number): Promise<Contestant> {
  const guard = new Guard(storage, { policies: 'on-demand' });
  await guard.ready();
  return {
    subject: 'cardea',
    variant: `${name}: guard.check on demand`,
    note: `rows read a decision: ${await rowsRead(storage, rules, n)}`,
    decide: askingLater({
      question: (inquiry) => inquiry,
      allows: async (asked) => (await guard.check(asked)).allowed,
    }),
    close: () => guard.close(),
  };
}

async function rowsRead(storage: Storage, workload: Workload, n: number): Promise<string> {
  const counts: number[] = [];
  for (const inquiry of inquiriesOf(workload, n, COUNTED_ROUND, COUNTED)) {
    const { policies, links } = await storage.findForInquiry(inquiry);
    counts.push(policies.length + links.length);
  }
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => quantile(counts, share));
  return `p50 ${p50}, p99 ${p99}, most ${most}`;
}

/** As storages of vakt do with rules: every policy is read from the database, and held against the inquiry. */
function loadAllAndScan(address: DatabaseAddress, name: PlaceName): Contestant {
  if (address.name === 'mongodb' || address.name === 'redis') throw new Error('this is about SQL');
  const kysely = connectTo(address);
  const allows = async (inquiry: Inquiry): Promise<boolean> => {
    const rows = await run(kysely, 'select document from cardea_policies');
    const policies = rows.map(({ document }) => lowered(JSON.parse(document as string) as Policy));
    return decide(policies, inquiry, { ...DECIDING, functions: FUNCTIONS }).allowed;
  };
  return {
    subject: 'vakt’s way',
    variant: `${name}: all policies read and held against the inquiry`,
    decide: askingLater({ question: (inquiry) => inquiry, allows }),
    close: () => kysely.destroy(),
  };
}
