import { evaluateCondition } from '../../packages/cardea/src/decide/reference.ts';
import type { PolicyIndex } from '../../packages/cardea/src/engine/policy-index.ts';
import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import type { LoweredPolicy } from '../../packages/cardea/src/model/lowered-policy.ts';
import type { EngineChange } from '../../packages/cardea/src/ports/engine.ts';
import { quantile, spent } from '../clock.ts';
import { FUNCTIONS, lowered } from '../load-index.ts';
import { collectNewGarbage } from '../memory.ts';
import type { RunOptions } from '../race-workload.ts';
import { randomOf } from '../random.ts';
import { type Row, rowOf } from '../row.ts';
import { sparse } from './w4.ts';
import { sparseIndex } from './sparse-index.ts';

const ROUNDS = 5;
const MOST_CHANGES = 2_000;

/** Adds, replaces and removes policies one by one, while there are n others. */
export async function updates(n: number, { progress }: RunOptions): Promise<readonly Row[]> {
  progress(`W8 ${n}: loading`);
  const { index, sample } = await sparseIndex(n);
  progress(`W8 ${n}: changing`);
  const count = Math.min(MOST_CHANGES, n);
  const clocks = { add: new Clock(), replace: new Clock(), remove: new Clock() };
  let agreed = true;
  for (let round = 0; round < ROUNDS; round++) {
    const from = n + round * 2 * count;
    const added = Array.from({ length: count }, (_, at) => lowered(sparse.policy(from + at, n)));
    const others = Array.from({ length: count }, (_, at) => lowered(sparse.policy(from + count + at, n)));
    const replaced = others.map((policy, at) => ({ ...policy, uid: added[at]?.uid as string }));
    clocks.add.time(
      added.map((policy) => ({ type: 'put', policy })),
      index,
    );
    agreed &&= added.every((policy, at) => foundAsReferenceSays(index, policy, from + at, n));
    clocks.replace.time(
      replaced.map((policy) => ({ type: 'put', policy })),
      index,
    );
    agreed &&= replaced.every((policy, at) => foundAsReferenceSays(index, policy, from + count + at, n));
    clocks.remove.time(
      added.map(({ uid }) => ({ type: 'remove', uid })),
      index,
    );
    agreed &&= index.size === n && replaced.every(({ uid }, at) => !isFound(index, uid, from + count + at, n));
  }
  agreed &&= sample.every(({ inquiry, allowed }) => index.allows(inquiry, 'error') === allowed);
  return Object.entries(clocks).map(([variant, clock]) => ({
    ...clock.row(variant, n),
    agreed,
    sample: sample.length,
  }));
}

/** Whether a policy is found by an inquiry about it exactly where its condition holds. */
function foundAsReferenceSays(index: PolicyIndex, policy: LoweredPolicy, number: number, n: number): boolean {
  const holds = evaluateCondition(policy.condition, { inquiry: aboutPolicy(number, n), functions: FUNCTIONS });
  return isFound(index, policy.uid, number, n) === (holds === 'true');
}

function isFound(index: PolicyIndex, wanted: string, number: number, n: number): boolean {
  return index.find(aboutPolicy(number, n)).some(({ uid, truth }) => uid === wanted && truth === 'true');
}

function aboutPolicy(number: number, n: number): Inquiry {
  return sparse.inquiry(randomOf('W8 inquiries', number), sparse.policy(number, n), n);
}

/** Times changes alone and in rounds. */
class Clock {
  readonly #aloneNs: number[] = [];
  readonly #cpuNs: number[] = [];
  readonly #wallNs: number[] = [];

  time(changes: readonly EngineChange[], index: PolicyIndex): void {
    collectNewGarbage();
    const alone = new Float64Array(changes.length);
    const { cpuNs, wallNs } = spent(() => {
      for (let at = 0; at < changes.length; at++) {
        const start = process.hrtime.bigint();
        index.apply([changes[at] as EngineChange]);
        alone[at] = Number(process.hrtime.bigint() - start);
      }
    });
    this.#aloneNs.push(...alone);
    this.#cpuNs.push(cpuNs / changes.length);
    this.#wallNs.push(wallNs / changes.length);
  }

  row(variant: string, n: number): Row {
    return rowOf({
      workload: 'W8',
      variant: `sparse policies of W4: ${variant}`,
      n,
      subject: 'cardea',
      p50Ns: quantile(this.#aloneNs, 0.5),
      p99Ns: quantile(this.#aloneNs, 0.99),
      cpuP50Ns: quantile(this.#cpuNs, 0.5),
      batchP99Ns: quantile(this.#wallNs, 0.99),
      worstNs: quantile(this.#aloneNs, 1),
      itemsPerSecond: 1e9 / (quantile(this.#cpuNs, 0.5) as number),
    });
  }
}
