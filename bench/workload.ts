import type { Inquiry } from '../packages/cardea/src/model/inquiry.ts';
import type { Policy } from '../packages/cardea/src/model/policy.ts';
import { below, type Random, randomOf } from './random.ts';

/** Policies and inquiries of one kind: the same ones in every run. */
export interface Workload {
  /** `W2`. */
  readonly id: string;
  readonly variant: string;
  /** The policy of this number among so many. */
  readonly policy: (number: number, n: number) => Policy;
  /** An inquiry about the policy of this number, or about nothing in particular: half of them each. */
  readonly inquiry: (random: Random, about: Policy, n: number) => Inquiry;
}

/** The inquiries of a round. */
export function inquiriesOf(workload: Workload, n: number, round: number, count: number): readonly Inquiry[] {
  const random = randomOf(`${workload.id} ${workload.variant} inquiries`, round);
  return Array.from({ length: count }, () => workload.inquiry(random, workload.policy(below(random, n), n), n));
}

/** All policies, made one by one. */
export function* policiesOf(workload: Workload, n: number): Iterable<Policy> {
  for (let number = 0; number < n; number++) yield workload.policy(number, n);
}

/** The random numbers that a policy is made of. */
export function policyRandom(id: string, variant: string, number: number): Random {
  return randomOf(`${id} ${variant} policy`, number);
}
