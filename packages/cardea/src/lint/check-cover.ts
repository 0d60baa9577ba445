import { canonicalJson } from '../ast/json.ts';
import { quote } from '../errors.ts';
import { CoverIndex } from './cover-index.ts';
import { finding, type LintFinding } from './finding.ts';
import { type Effort, implies } from './implication.ts';
import type { LintedPolicy } from './linted-policy.ts';

/** Policies that a wider one covers: an allow under a deny never allows, one of the same effect adds nothing. */
export function checkCover(policies: readonly LintedPolicy[], effort: Effort): readonly LintFinding[] {
  const index = new CoverIndex(policies.map(({ condition }) => condition));
  const findings: LintFinding[] = [];
  for (const [at, linted] of policies.entries()) {
    if (effort.steps <= 0) return [...findings, incomplete(linted, policies.length - at)];
    const cover = new Cover(policies, index, at, effort);
    const deny = linted.policy.effect === 'allow' ? cover.first((wider) => wider.policy.effect === 'deny') : undefined;
    if (deny !== undefined) {
      findings.push(
        finding(
          'shadowed',
          linted.policy.uid,
          [],
          `wherever it applies the deny policy ${quote(deny.policy.uid)} applies too`,
          [deny.policy.uid],
        ),
      );
      continue;
    }
    const wider = cover.first((other) => addsNothing(linted, other));
    if (wider !== undefined)
      findings.push(
        finding(
          'redundant',
          linted.policy.uid,
          [],
          `wherever it applies the wider ${quote(wider.policy.uid)} applies too`,
          [wider.policy.uid],
        ),
      );
  }
  return findings;
}

/** The policies that cover the one at a position. */
class Cover {
  readonly #policies: readonly LintedPolicy[];
  readonly #index: CoverIndex;
  readonly #at: number;
  readonly #effort: Effort;

  constructor(policies: readonly LintedPolicy[], index: CoverIndex, at: number, effort: Effort) {
    this.#policies = policies;
    this.#index = index;
    this.#at = at;
    this.#effort = effort;
  }

  first(fits: (wider: LintedPolicy) => boolean): LintedPolicy | undefined {
    const own = this.#policies[this.#at] as LintedPolicy;
    for (const other of this.#index.candidates(this.#at)) {
      if (this.#effort.steps <= 0) return undefined;
      this.#effort.steps -= 1;
      const wider = this.#policies[other] as LintedPolicy;
      if (!fits(wider) || wider.lowered.priority < own.lowered.priority || !this.#index.mayImply(this.#at, other))
        continue;
      if (implies(own.facts, wider.condition, this.#effort) && !this.#isTwin(own, wider, other)) return wider;
    }
    return undefined;
  }

  // Of two policies that cover each other only the later one is reported: removing both would change what is allowed.
  #isTwin(own: LintedPolicy, wider: LintedPolicy, other: number): boolean {
    if (other < this.#at || own.lowered.priority !== wider.lowered.priority || !addsNothing(wider, own)) return false;
    return implies(wider.facts, own.condition, this.#effort) || this.#effort.steps <= 0;
  }
}

function addsNothing(linted: LintedPolicy, wider: LintedPolicy): boolean {
  if (linted.policy.effect !== wider.policy.effect) return false;
  const others = new Set(wider.lowered.obligations.map(canonicalJson));
  return linted.lowered.obligations.every((obligation) => others.has(canonicalJson(obligation)));
}

function incomplete({ policy }: LintedPolicy, left: number): LintFinding {
  return finding(
    'incomplete',
    policy.uid,
    [],
    `from here on ${left} policies were not compared with wider ones; lint them in smaller sets`,
  );
}
