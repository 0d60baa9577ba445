import type { Condition } from '../ast/condition.ts';
import { canonicalJson, type Json } from '../ast/json.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { FindingLists } from './finding-lists.ts';
import { type PolicyRun, policyRun, type PolicyRunOptions } from './policy-run.ts';

/** The policies that may apply for a subject and an action. */
export interface Runners {
  /** In the order of the storage. */
  readonly all: readonly PolicyRun[];
  readonly denies: readonly PolicyRun[];
  readonly allows: readonly PolicyRun[];
  readonly lists: FindingLists;
}

/** Of each kind that is remembered: a service has fewer, unless subjects are all different. */
const MOST = 10_000;

/**
 * Policies that are compiled for one subject after the other, each once for all of whom the same is left of it: members of
 * a group mostly. That costs less memory, and what is shared is still in the caches of the processor when the next subject
 * asks.
 */
export class SharedRuns {
  readonly #runs = new Map<string, PolicyRun>();
  readonly #runners = new Map<string, Runners>();
  #count = 0;

  /** @param open what is left of the condition of the policy */
  run(policy: LoweredPolicy, open: Condition, options: Omit<PolicyRunOptions, 'number'>): PolicyRun {
    // A condition is JSON: that is what policies are stored as.
    const key = canonicalJson([policy.uid, open as object as Json]);
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    if (this.#runs.size >= MOST) this.#runs.clear();
    const made = policyRun(policy, open, { ...options, number: this.#count++ });
    this.#runs.set(key, made);
    return made;
  }

  /** @param all in the order of the storage */
  runners(all: readonly PolicyRun[]): Runners {
    const key = all.map(({ number }) => number).join();
    const known = this.#runners.get(key);
    if (known !== undefined) return known;
    const made = {
      all,
      denies: all.filter(({ effect }) => effect === 'deny'),
      allows: all.filter(({ effect }) => effect === 'allow'),
      lists: new FindingLists(),
    };
    if (this.#runners.size >= MOST) this.#runners.clear();
    this.#runners.set(key, made);
    return made;
  }
}
