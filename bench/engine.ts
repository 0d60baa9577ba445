// Times decisions by the index against the scan of the reference, in one run, and checks that they agree.
// npm exec -- node --conditions=cardea-source --expose-gc bench/engine.ts [policies …]
import { conclude } from '../packages/cardea/src/decide/conclude.ts';
import { decide } from '../packages/cardea/src/decide/decide.ts';
import { PolicyIndex } from '../packages/cardea/src/engine/policy-index.ts';
import type { Decision } from '../packages/cardea/src/model/decision.ts';
import type { Inquiry } from '../packages/cardea/src/model/inquiry.ts';
import type { LoweredPolicy } from '../packages/cardea/src/model/lowered-policy.ts';
import { defaultChecker } from '../packages/cardea/src/syntax/checkers.ts';
import { functionTable } from '../packages/cardea/src/syntax/functions/table.ts';
import { lowerPolicy } from '../packages/cardea/src/syntax/lower.ts';
import { policyOf, seeded, WORKLOADS, type Workload } from './workloads.ts';

const functions = functionTable();
const options = { combining: 'deny-overrides', unknownDeny: 'ignore', functions, revision: 1 } as const;
const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [1_000, 10_000, 100_000];

console.log(
  'workload       policies  index ns  cold us    scan ns     ratio  candidates  applied  residual  shapes  build/s   put us  remove us  B/policy  agreed',
);
for (const workload of WORKLOADS) for (const size of sizes) measure(workload, size);

function measure(workload: Workload, size: number): void {
  const policies = lowered(workload, size);
  const index = new PolicyIndex(functions);
  const buildNs = cpuNs(() => index.load(policies));
  const random = seeded(77);
  const inquiries = Array.from({ length: 4_096 }, () =>
    workload.inquiry(random, policyOf(workload, Math.floor(random() * size))),
  );
  const coldNs = cpuNs(() => byIndex(index, inquiries[0] as Inquiry));
  // Every pattern that the inquiries touch is compiled then, and the code is warm.
  for (const inquiry of inquiries) byIndex(index, inquiry);
  const batches = Array.from(
    { length: 15 },
    () => cpuNs(() => inquiries.forEach((inquiry) => byIndex(index, inquiry))) / inquiries.length,
  );
  const sample = inquiries.slice(0, Math.max(5, Math.min(200, Math.floor(1_000_000 / size))));
  let agreed = 0;
  const scans = sample.map((inquiry) => {
    let scanned: Decision | undefined;
    const spent = cpuNs(() => {
      scanned = decide(policies, inquiry, options);
    });
    if (JSON.stringify(scanned) === JSON.stringify(byIndex(index, inquiry))) agreed += 1;
    return spent;
  });
  const candidates = sample.reduce((sum, inquiry) => sum + index.candidates(inquiry).length, 0) / sample.length;
  const applied = sample.filter((inquiry) => byIndex(index, inquiry).candidates.length > 0).length / sample.length;
  const { residual, shapes, bytes } = index.stats();
  const edited = policies.slice(0, 1_000);
  const removeNs = cpuNs(() => edited.forEach(({ uid }) => index.remove(uid))) / edited.length;
  const putNs = cpuNs(() => edited.forEach((policy) => index.put(policy))) / edited.length;
  const warm = median(batches);
  console.log(
    [
      workload.name.padEnd(13),
      String(size).padStart(9),
      warm.toFixed(0).padStart(9),
      (coldNs / 1e3).toFixed(0).padStart(8),
      median(scans).toFixed(0).padStart(10),
      `${(median(scans) / warm).toFixed(0)}x`.padStart(9),
      candidates.toFixed(1).padStart(11),
      `${(applied * 100).toFixed(0)}%`.padStart(8),
      String(residual).padStart(9),
      String(shapes.length).padStart(7),
      (size / (buildNs / 1e9)).toFixed(0).padStart(8),
      (putNs / 1e3).toFixed(1).padStart(8),
      (removeNs / 1e3).toFixed(1).padStart(10),
      (bytes / size).toFixed(0).padStart(9),
      `${agreed}/${sample.length}`.padStart(7),
    ].join(' '),
  );
}

function byIndex(index: PolicyIndex, inquiry: Inquiry): Decision {
  return conclude(index.find(inquiry), inquiry, options);
}

function lowered(workload: Workload, size: number): readonly LoweredPolicy[] {
  const checker = defaultChecker();
  return Array.from({ length: size }, (_, at) => {
    const made = lowerPolicy(policyOf(workload, at), { checker, functions });
    if (!made.ok) throw new Error(JSON.stringify(made.issues));
    return made.value;
  });
}

function cpuNs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1_000;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;
}
