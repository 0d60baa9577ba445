import * as indexed from '@cardea/casbin';
import * as casbin from 'casbin';
import type { CasbinLibrary } from '../casbin-contestant.ts';
import { quantile } from '../clock.ts';
import type { RunOptions } from '../race-workload.ts';
import { type Row, rowOf } from '../row.ts';
import { modelOf } from './casbin-models.ts';

/** What npm's casbin does in some seconds. */
const CHANGES_OF_CASBIN = 200;
const CHANGES = 20_000;

/** One rule added and removed at a time, in a policy of this size. */
export async function casbinUpdates(n: number, { peers, progress }: RunOptions): Promise<readonly Row[]> {
  progress(`C8 ${n}: adding and removing`);
  const ours = await timed('@cardea/casbin', indexed, n, CHANGES);
  return peers ? [...ours, ...(await timed('casbin', casbin, n, CHANGES_OF_CASBIN))] : ours;
}

async function timed(subject: string, library: CasbinLibrary, n: number, changes: number): Promise<readonly Row[]> {
  const enforcer = await library.newEnforcer(library.newModelFromString(modelOf({})));
  await enforcer.addPolicies(Array.from({ length: n }, (_, number) => [`user${number}`, 'data1', 'read']));
  enforcer.enforceSync('user1', 'data1', 'read');
  const added = await each(changes, (number) => enforcer.addPolicy(`new${number}`, 'data1', 'read'));
  const agreed = enforcer.enforceSync(`new${changes - 1}`, 'data1', 'read');
  const removed = await each(changes, (number) => enforcer.removePolicy(`new${number}`, 'data1', 'read'));
  const gone = !enforcer.enforceSync(`new${changes - 1}`, 'data1', 'read');
  const row = (what: string, ns: readonly number[], isRight: boolean): Row =>
    rowOf({
      workload: 'C8',
      variant: `changes: ${what}`,
      n,
      subject,
      p50Ns: quantile(ns, 0.5),
      p99Ns: quantile(ns, 0.99),
      worstNs: quantile(ns, 1),
      agreed: isRight,
      sample: 1,
    });
  return [row('addPolicy', added, agreed), row('removePolicy', removed, gone)];
}

async function each(count: number, change: (number: number) => Promise<boolean>): Promise<readonly number[]> {
  const ns: number[] = [];
  for (let number = 0; number < count; number++) {
    const start = process.hrtime.bigint();
    await change(number);
    ns.push(Number(process.hrtime.bigint() - start));
  }
  return ns;
}
