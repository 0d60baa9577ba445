// Adds and removes policies of a set of one size, again and again, and prints the memory at the start, on the way
// and at the end: it must stay flat.
// npm exec -- node --conditions=cardea-source --expose-gc bench/soak.ts [policies] [changes]
import { PolicyIndex } from '../packages/cardea/src/engine/policy-index.ts';
import type { LoweredPolicy } from '../packages/cardea/src/model/lowered-policy.ts';
import { defaultChecker } from '../packages/cardea/src/syntax/checkers.ts';
import { functionTable } from '../packages/cardea/src/syntax/functions/table.ts';
import { lowerPolicy } from '../packages/cardea/src/syntax/lower-policy.ts';
import { randomOf } from './random.ts';
import { sparse } from './workloads/w4.ts';

const [policies = 100_000, changes = 10_000_000] = process.argv.slice(2).map(Number);
const functions = functionTable();
const checker = defaultChecker();
const random = randomOf('soak', 0);

// Documents are lowered anew, some ten times as many as there is room for, so that texts come and go.
const kinds = policies * 10;
const index = new PolicyIndex(functions);
const present = Array.from({ length: policies }, (_, at) => at);
let next = policies;

index.load(present.map(lowered));
print('start');
for (let made = 1; made <= changes / 2; made++) {
  const at = Math.floor(random() * policies);
  index.remove(String(present[at]));
  present[at] = next++;
  index.put(lowered(present[at]));
  if (made % Math.ceil(changes / 20) === 0) print(`${made * 2} changes`);
}

function lowered(number: number): LoweredPolicy {
  const made = lowerPolicy({ ...sparse.policy(number % kinds, kinds), uid: String(number) }, { checker, functions });
  if (!made.ok) throw new Error(JSON.stringify(made.issues));
  return made.value;
}

function print(when: string): void {
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const { bytes, policies: count, texts, keys } = index.stats();
  const megabytes = [bytes, heapUsed, arrayBuffers, rss].map((size) => (size / 1e6).toFixed(1).padStart(8));
  console.log(`${when.padEnd(20)} index, heap, arrays, rss MB ${megabytes.join(' ')}  ${count} ${texts} ${keys}`);
}
