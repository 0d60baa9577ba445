import fc from 'fast-check';
import { expect, it } from 'vitest';
import { casbinRuns, ENGINE_TIMEOUT } from '../../../test/runs.ts';
import * as indexed from '../src/index.ts';
import upstream from '../upstream.cjs';
import { arbitraryScenario } from './differential/arbitrary-scenario.ts';
import { play } from './differential/play.ts';

// What is asked, explained, returned and thrown, for generated models and policies that change between the requests.
it('indexed ≡ casbin: every answer and every error is that of casbin', { timeout: ENGINE_TIMEOUT }, async () => {
  const law = fc.asyncProperty(arbitraryScenario, async (scenario) => {
    expect(await play(indexed, scenario)).toEqual(await play(upstream, scenario));
  });
  await fc.assert(law, casbinRuns());
});

it('the generated scenarios allow, deny and throw, so that agreement says something', async () => {
  const answers = { allowed: 0, denied: 0, threw: 0 };
  for (const scenario of fc.sample(arbitraryScenario, { numRuns: 100, seed: 1 })) {
    for (const line of await play(upstream, scenario)) {
      if (!line.startsWith('enforceEx: ')) continue;
      answers[line.includes('threw') ? 'threw' : line.includes('[true') ? 'allowed' : 'denied']++;
    }
  }
  const all = answers.allowed + answers.denied + answers.threw;
  expect(answers.allowed / all).toBeGreaterThan(0.25);
  expect(answers.denied / all).toBeGreaterThan(0.25);
  expect(answers.threw / all).toBeGreaterThan(0.02);
});
