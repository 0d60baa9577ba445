import fc from 'fast-check';
import { arbitraryModel } from './arbitrary-model.ts';
import { arbitraryPolicy } from './arbitrary-rules.ts';
import { arbitrarySetup, arbitrarySteps } from './arbitrary-steps.ts';
import type { Scenario } from './scenario.ts';

const LARGE = 60;

/** A model with a policy and twenty requests, between which the policy changes. */
export const arbitraryScenario: fc.Arbitrary<Scenario> = arbitraryModel
  .chain((shape) => fc.tuple(fc.constant(shape), arbitraryPolicy(shape)))
  .chain(([shape, policy]) =>
    fc.record({
      model: fc.constant(shape.text),
      // one in nine begins without an adapter
      policy: fc.nat(8).map((at) => (at === 1 ? undefined : policy.text)),
      synced: fc.nat(7).map((at) => at === 1),
      // casbin makes a graph of all roles anew for each rule where roles are patterns
      setup: policy.rules.length > LARGE ? fc.constant([]) : arbitrarySetup(shape),
      steps: arbitrarySteps(shape, policy),
    }),
  )
  .map((scenario) => (scenario.policy === undefined ? withoutLoading(scenario) : scenario));

/** A load that fails, as without an adapter, leaves our policy as it was; casbin has lost it by then. */
function withoutLoading(scenario: Scenario): Scenario {
  return { ...scenario, steps: scenario.steps.filter((step) => step.do !== 'call' || step.method !== 'loadPolicy') };
}
