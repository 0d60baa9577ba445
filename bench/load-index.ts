import { conclude } from '../packages/cardea/src/decide/conclude.ts';
import { PolicyIndex } from '../packages/cardea/src/engine/policy-index.ts';
import type { Inquiry } from '../packages/cardea/src/model/inquiry.ts';
import type { LoweredPolicy } from '../packages/cardea/src/model/lowered-policy.ts';
import type { Policy } from '../packages/cardea/src/model/policy.ts';
import { defaultChecker } from '../packages/cardea/src/syntax/checkers.ts';
import { functionTable } from '../packages/cardea/src/syntax/functions/table.ts';
import { lowerPolicy } from '../packages/cardea/src/syntax/lower-policy.ts';
import { spent } from './clock.ts';
import type { Expected } from './measure.ts';
import { bytesInUse } from './memory.ts';
import { DECIDING, Oracle, sampleSize } from './oracle.ts';
import { inquiriesOf, type Workload } from './workload.ts';

export const FUNCTIONS = functionTable();

/** An index over a workload, and what is known of it. */
export interface LoadedIndex {
  readonly index: PolicyIndex;
  readonly sample: readonly Expected[];
  /** Whether the whole decisions of the sample, not only allow or deny, are those of the reference. */
  readonly exact: () => boolean;
  readonly matchedPercent: number;
  readonly bytesPerItem: number;
  readonly itemsPerSecond: number;
}

const SAMPLE_ROUND = 3_000;
const CHUNK = 1_000;

/**
 * Loads an index from a stream of policies, so that no document stays; what making them takes, and what the
 * reference takes to decide the sample over them, is not counted.
 */
export async function loadIndex(workload: Workload, n: number): Promise<LoadedIndex> {
  const inquiries = inquiriesOf(workload, n, SAMPLE_ROUND, sampleSize(n));
  const before = await bytesInUse();
  const index = new PolicyIndex(FUNCTIONS);
  // A function of its own, so that nothing of the reference is in use when memory is measured.
  const filled = fill(index, workload, n, inquiries);
  return { index, ...filled, bytesPerItem: ((await bytesInUse()) - before) / n };
}

function fill(
  index: PolicyIndex,
  workload: Workload,
  n: number,
  inquiries: readonly Inquiry[],
): Omit<LoadedIndex, 'index' | 'bytesPerItem'> {
  const oracle = new Oracle(inquiries, FUNCTIONS);
  let otherNs = 0;
  const source = function* (): Iterable<LoweredPolicy> {
    for (let from = 0; from < n; from += CHUNK) {
      let chunk: readonly LoweredPolicy[] = [];
      otherNs += spent(() => {
        chunk = Array.from({ length: Math.min(CHUNK, n - from) }, (_, at) => lowered(workload.policy(from + at, n)));
        for (const policy of chunk) oracle.add(policy);
      }).cpuNs;
      yield* chunk;
    }
  };
  const { cpuNs } = spent(() => index.load(source()));
  const wanted = oracle.decisions().map((decision) => JSON.stringify(decision));
  return {
    sample: oracle.expected(),
    // Asked after the race: before it, the index has decided nothing yet.
    exact: () => inquiries.every((inquiry, at) => JSON.stringify(decideOver(index, inquiry)) === wanted[at]),
    matchedPercent: oracle.matchedPercent(),
    itemsPerSecond: n / ((cpuNs - otherNs) / 1e9),
  };
}

/** The whole decision. */
export function decideOver(index: PolicyIndex, inquiry: Inquiry): ReturnType<typeof conclude> {
  return conclude(index.find(inquiry), inquiry, { ...DECIDING, functions: FUNCTIONS });
}

const checker = defaultChecker();

/** The policy as the engine takes it. */
export function lowered(policy: Policy): LoweredPolicy {
  const made = lowerPolicy(policy, { checker, functions: FUNCTIONS });
  if (!made.ok) throw new Error(`policy ${policy.uid}: ${JSON.stringify(made.issues)}`);
  return made.value;
}
