import fc from 'fast-check';
import { expect, it } from 'vitest';
import { casbinRuns, ENGINE_TIMEOUT } from '../../../test/runs.ts';
import * as indexed from '../src/index.ts';
import type { ModelShape } from './differential/arbitrary-model.ts';
import { arbitraryModel } from './differential/arbitrary-model.ts';
import { arbitraryPolicy } from './differential/arbitrary-rules.ts';
import { arbitrarySetup } from './differential/arbitrary-steps.ts';
import { createEnforcer } from './differential/play.ts';
import type { SetupStep } from './differential/scenario.ts';

const SUBJECTS: readonly unknown[] = ['alice', 'bob', 'carol', 'admin', 'root', '*', '', { name: 'alice', age: 20 }];
const OBJECTS = [
  'data1',
  'data2',
  'data3',
  'group1',
  '/a/1',
  '/a/b',
  '/a/1/b',
  '/a/1?x=1',
  '*',
  '1',
  '',
  'alice',
  'read',
  'nobody knows it',
];
const NAMED: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  sub: fc.constantFrom(...SUBJECTS),
  dom: fc.constantFrom('d1', 'd2', '*', 'd1.x'),
  obj: fc.constantFrom(...OBJECTS),
  act: fc.constantFrom('read', 'write', 'any', 'delete'),
};

interface Case {
  readonly shape: ModelShape;
  readonly policy: string;
  readonly setup: readonly SetupStep[];
  /** The field that is left open, and the values of the others. */
  readonly open: string;
  readonly named: Readonly<Record<string, unknown>>;
  readonly isEmpty: boolean;
}

const arbitraryCase: fc.Arbitrary<Case> = arbitraryModel.chain((shape) => {
  const open = fc.oneof({ weight: 4, arbitrary: fc.constant('obj') }, fc.constantFrom(...shape.request));
  const policy = arbitraryPolicy(shape).map(({ text }) => text);
  return fc.tuple(open, policy, arbitrarySetup(shape), fc.nat(20)).chain(([field, text, setup, at]) => {
    const others = shape.request.filter((name) => name !== field);
    const values = fc.record(Object.fromEntries(others.map((name) => [name, NAMED[name] as fc.Arbitrary<unknown>])));
    return values.map((named) => ({ shape, policy: text, setup, open: field, named, isEmpty: at === 1 }));
  });
});

async function enforcerOf({ shape, policy, setup, isEmpty }: Case): Promise<indexed.Enforcer> {
  const scenario = { model: shape.text, policy: isEmpty ? undefined : policy, synced: false, setup, steps: [] };
  const made = (await createEnforcer(indexed, scenario).catch(() => undefined)) as indexed.Enforcer | undefined;
  // Some models have no policies that casbin sorts.
  fc.pre(made !== undefined);
  return made;
}

function requestOf({ shape, open, named }: Case, object: unknown): unknown[] {
  return shape.request.map((field) => (field === open ? object : named[field]));
}

async function outcome<T>(ask: () => Promise<T> | T): Promise<T | string> {
  try {
    return await ask();
  } catch (error) {
    return String(error);
  }
}

it('filter ≡ enforce: of each object, what is said of it alone', { timeout: ENGINE_TIMEOUT }, async () => {
  const law = fc.asyncProperty(
    arbitraryCase,
    fc.shuffledSubarray<unknown>([...OBJECTS, 1, null, { owner: 'alice' }]),
    async (one, objects) => {
      const enforcer = await enforcerOf(one);
      const expected = await outcome(() => objects.filter((object) => enforcer.enforceSync(...requestOf(one, object))));
      expect(await outcome(() => enforcer.filterSync(one.named, objects))).toEqual(expected);
      expect(typeof (await outcome(() => enforcer.filter(one.named, objects)))).toBe(typeof expected);
      if (typeof expected !== 'string') expect(await enforcer.filter(one.named, objects)).toEqual(expected);
    },
  );
  await fc.assert(law, casbinRuns());
});

const found = { complete: 0, open: 0, threw: 0, objects: 0 };

it('allowed-objects-are-allowed, and are all that are where they are called complete', {
  timeout: ENGINE_TIMEOUT,
}, async () => {
  const law = fc.asyncProperty(arbitraryCase, async (one) => {
    const enforcer = await enforcerOf(one);
    const answer = await outcome(() => enforcer.allowedObjectsSync(one.named));
    if (typeof answer === 'string') {
      found.threw += 1;
      return;
    }
    found[answer.isComplete ? 'complete' : 'open'] += 1;
    found.objects += answer.objects.length;
    expect(answer.reason === '').toBe(answer.isComplete);
    for (const object of answer.objects) expect(enforcer.enforceSync(...requestOf(one, object))).toBe(true);
    if (!answer.isComplete) return;
    for (const object of [...OBJECTS, ...SUBJECTS.filter((subject) => typeof subject === 'string')]) {
      const isAllowed = await outcome(() => enforcer.enforceSync(...requestOf(one, object)));
      if (isAllowed === true) expect(answer.objects).toContain(object);
    }
    expect(await enforcer.allowedObjects(one.named)).toEqual(answer);
  });
  await fc.assert(law, casbinRuns());
});

it('the generated policies have answers of all kinds, so that agreement says something', () => {
  const all = found.complete + found.open + found.threw;
  expect(found.complete / all).toBeGreaterThan(0.25);
  expect(found.open / all).toBeGreaterThan(0.25);
  expect(found.objects).toBeGreaterThan(all / 2);
});
