// What index keys cost a storage: keys written a policy, keys asked for and rows read an inquiry.
// npm exec -- node --conditions=cardea-source bench/keys.ts [policies …]
import { KeyShapes } from '../packages/cardea/src/engine/key-shapes.ts';
import { keysOf, RESIDUAL_KEY } from '../packages/cardea/src/engine/keys.ts';
import { spent } from './clock.ts';
import { lowered } from './load-index.ts';
import { inquiriesOf, policiesOf, type Workload } from './workload.ts';
import { patterns } from './workloads/w2.ts';
import { rules } from './workloads/w3.ts';
import { broad, dense, sparse } from './workloads/w4.ts';
import { spread } from './workloads/w5.ts';

const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [10_000, 100_000];

console.log(
  'workload                 policies  keys/policy  most  residual  shapes  asked p50   p99  rows p50    p99  us/policy  us/inquiry',
);
for (const workload of [patterns, rules, sparse, dense, broad, spread])
  for (const size of sizes) measure(workload, size);

function measure(workload: Workload, size: number): void {
  const policies = Array.from(policiesOf(workload, size), lowered);
  let filed = policies.slice(0, 0).map(keysOf);
  const filing = spent(() => {
    filed = policies.map(keysOf);
  });
  const shapes = new KeyShapes(filed.flatMap((each) => each.shapes));
  const rows = new Map<string, number[]>();
  filed.forEach(({ keys }, at) => {
    for (const key of keys) {
      const known = rows.get(key);
      if (known === undefined) rows.set(key, [at]);
      else known.push(at);
    }
  });
  const inquiries = inquiriesOf(workload, size, 1, 500);
  for (const inquiry of inquiries) shapes.keysOf(inquiry);
  let asked = inquiries.map((inquiry) => shapes.keysOf(inquiry));
  const asking = spent(() => {
    asked = inquiries.map((inquiry) => shapes.keysOf(inquiry));
  });
  const read = asked.map((keys) => {
    return keys === 'everything' ? size : new Set(keys.flatMap((key) => rows.get(key) ?? [])).size;
  });
  const written = filed.map(({ keys }) => keys.length);
  const counts = asked.map((keys) => (keys === 'everything' ? Number.POSITIVE_INFINITY : keys.length));
  console.log(
    [
      `${workload.id} ${workload.variant}`.padEnd(23),
      String(size).padStart(9),
      (written.reduce((sum, count) => sum + count, 0) / size).toFixed(2).padStart(12),
      String(written.reduce((most, count) => Math.max(most, count), 0)).padStart(5),
      String(filed.filter(({ keys }) => keys.includes(RESIDUAL_KEY)).length).padStart(9),
      String(new Set(filed.flatMap((each) => each.shapes)).size).padStart(7),
      ...[counts, read].flatMap((of) => [quantile(of, 0.5).padStart(10), quantile(of, 0.99).padStart(5)]),
      (filing.cpuNs / size / 1e3).toFixed(1).padStart(10),
      (asking.cpuNs / inquiries.length / 1e3).toFixed(1).padStart(11),
    ].join(' '),
  );
}

function quantile(of: readonly number[], share: number): string {
  return String(of.toSorted((a, b) => a - b)[Math.floor((of.length - 1) * share)]);
}
