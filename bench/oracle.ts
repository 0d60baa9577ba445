import { TRUE } from '../packages/cardea/src/ast/build.ts';
import type { FunctionTable } from '../packages/cardea/src/ast/functions.ts';
import { conclude } from '../packages/cardea/src/decide/conclude.ts';
import { evaluateCondition } from '../packages/cardea/src/decide/reference.ts';
import type { Decision } from '../packages/cardea/src/model/decision.ts';
import type { Finding } from '../packages/cardea/src/model/finding.ts';
import type { Inquiry } from '../packages/cardea/src/model/inquiry.ts';
import type { LoweredPolicy } from '../packages/cardea/src/model/lowered-policy.ts';
import type { Expected } from './measure.ts';

/** How everything is decided here: as a guard does that is told nothing else. */
export const DECIDING = { combining: 'deny-overrides', unknownDeny: 'ignore', revision: 1 } as const;

/** How many inquiries of so many policies the reference can decide in seconds. */
export function sampleSize(n: number): number {
  return Math.max(4, Math.min(200, Math.floor(2_000_000 / n)));
}

/** Decides a sample of inquiries by the reference evaluator, policy by policy, so that none needs to be kept. */
export class Oracle {
  readonly #inquiries: readonly Inquiry[];
  readonly #findings: readonly Finding[][];
  readonly #functions: FunctionTable;
  #policies = 0;

  constructor(inquiries: readonly Inquiry[], functions: FunctionTable) {
    this.#inquiries = inquiries;
    this.#functions = functions;
    this.#findings = inquiries.map(() => []);
  }

  /** Holds a policy against every inquiry. */
  add(policy: LoweredPolicy): void {
    this.#policies++;
    this.#inquiries.forEach((inquiry, at) => {
      const truth = evaluateCondition(policy.condition, { inquiry, functions: this.#functions });
      if (truth === 'false' || (truth === 'unknown' && policy.effect === 'allow')) return;
      const { uid, effect, priority, obligations } = policy;
      // The condition is for the messages of errors; to keep it for all would keep the policies.
      const condition = truth === 'error' ? policy.condition : TRUE;
      this.#findings[at]?.push({ uid, effect, priority, obligations, truth, condition: () => condition });
    });
  }

  decisions(): readonly Decision[] {
    const options = { ...DECIDING, functions: this.#functions };
    return this.#inquiries.map((inquiry, at) => conclude(this.#findings[at] ?? [], inquiry, options));
  }

  expected(): readonly Expected[] {
    const decisions = this.decisions();
    return this.#inquiries.map((inquiry, at) => ({ inquiry, allowed: decisions[at]?.allowed === true }));
  }

  /** The share of the policies that apply to an inquiry, in percent. */
  matchedPercent(): number {
    const applying = this.#findings.flat().filter(({ truth }) => truth === 'true').length;
    return (applying / this.#inquiries.length / Math.max(1, this.#policies)) * 100;
  }
}
