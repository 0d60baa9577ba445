import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, policiesArb, touchy } from '../../test/arbitrary.ts';
import { call, TRUE, test, value } from '../ast/build.ts';
import type { Truth } from '../ast/truth.ts';
import type { Decision, Outcome } from '../model/decision.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Effect } from '../model/policy.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { COMBINING, type Combining } from './combining.ts';
import { type DecideOptions, decide } from './decide.ts';

/** A policy by its effect, priority and truth alone: what combining sees. */
interface Sketch {
  readonly effect: Effect;
  readonly priority: number;
  readonly truth: Truth;
}

const functions = functionTable([touchy]);
const algorithms = Object.keys(COMBINING) as Combining[];
const sketchArb: fc.Arbitrary<Sketch> = fc.record({
  effect: fc.constantFrom<Effect>('allow', 'deny'),
  priority: fc.constantFrom(0, 1, 2),
  truth: fc.constantFrom<Truth>('true', 'true', 'false', 'unknown', 'error'),
});
const sketchesArb = fc.array(sketchArb, { maxLength: 6 });
const howArb = fc.record({
  combining: fc.constantFrom(...algorithms),
  unknownDeny: fc.constantFrom<DecideOptions['unknownDeny']>('ignore', 'deny'),
});
type How = Pick<DecideOptions, 'combining' | 'unknownDeny'>;

const lower = (sketch: Sketch, at: number | string): LoweredPolicy & Sketch => ({
  ...sketch,
  uid: `p${at}`,
  obligations: [`o${at}`],
  condition: TRUE,
  parts: { subjects: [TRUE], actions: [TRUE], resources: [TRUE], context: [] },
});
const over = (policies: readonly (LoweredPolicy & Sketch)[], how: How): Decision =>
  decide(policies, {}, { ...how, functions, revision: 7, evaluate: (policy) => (policy as unknown as Sketch).truth });
const decideSketches = (sketches: readonly Sketch[], how: How): Decision => over(sketches.map(lower), how);

// `A` and `D` apply, `a` and `d` fail, `?` is an unknown deny; a digit after it is the priority.
const parse = (text: string): readonly Sketch[] =>
  text.split(' ').map(([letter = '', priority = '0']) => ({
    effect: letter.toLowerCase() === 'a' ? 'allow' : 'deny',
    priority: Number(priority),
    truth: letter === '?' ? 'unknown' : letter === letter.toUpperCase() ? 'true' : 'error',
  }));

describe('combining', () => {
  it.each<[Combining, string, Outcome, string[]]>([
    ['deny-overrides', 'A A', 'allow', ['p0', 'p1']],
    ['deny-overrides', 'A D A D', 'deny', ['p1', 'p3']],
    ['deny-overrides', 'A d', 'indeterminate', []],
    ['deny-overrides', 'd', 'indeterminate', []],
    ['deny-overrides', 'A d D', 'deny', ['p2']],
    ['deny-overrides', 'A a', 'allow', ['p0']],
    ['deny-overrides', 'a', 'not-applicable', []],
    ['deny-overrides', 'A ?', 'allow', ['p0']],
    ['ordered-deny-overrides', 'A D D', 'deny', ['p1']],
    ['ordered-deny-overrides', 'A A', 'allow', ['p0', 'p1']],
    ['ordered-deny-overrides', 'A d', 'indeterminate', []],
    ['allow-overrides', 'D A D A', 'allow', ['p1', 'p3']],
    ['allow-overrides', 'd A', 'allow', ['p1']],
    ['allow-overrides', 'a D', 'deny', ['p1']],
    ['allow-overrides', 'a d', 'indeterminate', []],
    ['allow-overrides', 'a', 'not-applicable', []],
    ['first-applicable', 'A D', 'allow', ['p0']],
    ['first-applicable', 'D A', 'deny', ['p0']],
    ['first-applicable', 'd A', 'indeterminate', []],
    ['first-applicable', 'A d', 'allow', ['p0']],
    ['first-applicable', 'a D', 'deny', ['p1']],
    ['first-applicable', '? A', 'allow', ['p1']],
    ['highest-priority', 'A1 D0', 'allow', ['p0']],
    ['highest-priority', 'D1 A1', 'deny', ['p0']],
    ['highest-priority', 'A0 D1', 'deny', ['p1']],
    ['highest-priority', 'A1 d0', 'allow', ['p0']],
    ['highest-priority', 'A1 d1', 'indeterminate', []],
    ['highest-priority', 'A1 d2', 'indeterminate', []],
    ['highest-priority', 'a2 A1 D0', 'allow', ['p1']],
  ])('%s of %s is %s', (combining, policies, outcome, deciders) => {
    const decision = decideSketches(parse(policies), { combining, unknownDeny: 'ignore' });
    expect(decision).toMatchObject({ outcome, deciders, allowed: outcome === 'allow' });
  });

  it.each(algorithms)('%s of no policies is not applicable', (combining) => {
    expect(decideSketches([], { combining, unknownDeny: 'deny' }).outcome).toBe('not-applicable');
  });

  it('takes an unknown deny for an error where the guard says so', () => {
    const how = { combining: 'deny-overrides', unknownDeny: 'deny' } as const;
    expect(decideSketches(parse('A ?'), how)).toMatchObject({ outcome: 'indeterminate', candidates: ['p0'] });
  });
});

describe('decide', () => {
  it('lists candidates, obligations of the deciders and diagnostics in the order of the storage', () => {
    const decision = decideSketches(parse('A a D ? d'), { combining: 'deny-overrides', unknownDeny: 'ignore' });
    expect(decision).toMatchObject({ candidates: ['p0', 'p2'], obligations: ['o2'], revision: 7 });
    const told = decision.diagnostics.map(({ uid, kind }) => [uid, kind]);
    expect(told).toEqual([
      ['p1', 'error'],
      ['p3', 'unknown-deny'],
      ['p4', 'error'],
    ]);
  });

  it.each([
    [new Error('the directory is down'), '`f` failed: the directory is down'],
    ['text', '`f` failed: text'],
    [Object.create(null), '`f` failed: something that has no message was thrown'],
  ])('says why a policy failed, whatever was thrown: %#', (thrown, message) => {
    const throwing = {
      name: 'f',
      meaning: '',
      call: () => {
        throw thrown;
      },
    };
    const policy = {
      ...lower({ effect: 'deny', priority: 0, truth: 'error' }, 0),
      condition: test('isTrue', call('f', value(1))),
    };
    const options = {
      combining: 'deny-overrides',
      unknownDeny: 'ignore',
      functions: functionTable([throwing]),
      revision: 1,
    } as const;
    expect(decide([policy], {}, options).diagnostics).toEqual([{ uid: 'p0', kind: 'error', message }]);
  });

  it('is frozen, because caches share it', () => {
    const decision = decideSketches(parse('A d'), { combining: 'deny-overrides', unknownDeny: 'ignore' });
    const parts = [decision, decision.deciders, decision.candidates, decision.obligations, decision.diagnostics];
    expect([...parts, decision.diagnostics[0]].every(Object.isFrozen)).toBe(true);
  });
});

describe('laws of combining', () => {
  const anyOrder = algorithms.filter((name) => name !== 'first-applicable');
  const shuffledArb = sketchesArb.chain((sketches) => {
    const policies = sketches.map(lower);
    return fc.tuple(fc.constant(policies), fc.shuffledSubarray(policies, { minLength: policies.length }));
  });
  const insertedArb = fc.tuple(sketchesArb, sketchArb, fc.nat(6));
  const inserted = ([sketches, more, at]: [readonly Sketch[], Sketch, number], effect: Effect): readonly Sketch[] =>
    sketches.toSpliced(at, 0, { ...more, effect });

  it.each(anyOrder)('order-independence: %s gives one outcome and one set of deciders', (combining) => {
    const onlyFirst = combining === 'ordered-deny-overrides';
    fc.assert(
      fc.property(shuffledArb, howArb, ([policies, shuffled], { unknownDeny }) => {
        const [left, right] = [policies, shuffled].map((list) => over(list, { combining, unknownDeny })) as [
          Decision,
          Decision,
        ];
        expect(right.outcome).toBe(left.outcome);
        if (!onlyFirst || left.allowed) expect([...right.deciders].sort()).toEqual([...left.deciders].sort());
      }),
    );
  });

  it('adding-a-deny-never-allows: under every algorithm, applying or not', () => {
    fc.assert(
      fc.property(insertedArb, howArb, (change, how) => {
        if (decideSketches(inserted(change, 'deny'), how).allowed)
          expect(decideSketches(change[0], how).allowed).toBe(true);
      }),
    );
  });

  it('adding-an-allow-never-removes-access: under every algorithm', () => {
    fc.assert(
      fc.property(insertedArb, howArb, (change, how) => {
        if (decideSketches(change[0], how).allowed)
          expect(decideSketches(inserted(change, 'allow'), how).allowed).toBe(true);
      }),
    );
  });

  it.each(['deny-overrides', 'ordered-deny-overrides'] as const)(
    'adding-an-allow-overturns-no-deny: %s',
    (combining) => {
      fc.assert(
        fc.property(insertedArb, howArb, (change, { unknownDeny }) => {
          const how = { combining, unknownDeny };
          const { outcome } = decideSketches(change[0], how);
          if (outcome === 'deny' || outcome === 'indeterminate') {
            expect(decideSketches(inserted(change, 'allow'), how).outcome).toBe(outcome);
          }
        }),
      );
    },
  );

  it('allowed-has-deciders: an allow names at least one policy, all of them allow and apply', () => {
    fc.assert(
      fc.property(sketchesArb, howArb, (sketches, how) => {
        const { allowed, outcome, deciders, candidates } = decideSketches(sketches, how);
        expect(allowed).toBe(outcome === 'allow');
        if (!allowed) return;
        expect(deciders.length).toBeGreaterThan(0);
        for (const uid of deciders)
          expect(sketches[Number(uid.slice(1))]).toMatchObject({ effect: 'allow', truth: 'true' });
        const denied = candidates.some((uid) => sketches[Number(uid.slice(1))]?.effect === 'deny');
        if (how.combining.endsWith('deny-overrides')) expect(denied).toBe(false);
      }),
    );
  });

  it('a-failing-deny-counts-as-a-deny: it allows nothing that it would have denied', () => {
    fc.assert(
      fc.property(sketchesArb, howArb, (sketches, how) => {
        const applying = sketches.map((sketch) =>
          sketch.effect === 'deny' && sketch.truth === 'error' ? { ...sketch, truth: 'true' as const } : sketch,
        );
        expect(decideSketches(sketches, how).allowed).toBe(decideSketches(applying, how).allowed);
      }),
    );
  });
});

describe('laws of deciding over real policies', () => {
  const lowered = policiesArb.map((policies) =>
    policies.map((policy) => {
      const parsed = lowerPolicy(policy, { checker: defaultChecker(), functions });
      if (!parsed.ok) throw new Error(`not a policy: ${JSON.stringify(parsed.issues)}`);
      return parsed.value;
    }),
  );
  const options = { combining: 'deny-overrides', unknownDeny: 'ignore', functions, revision: 1 } as const;

  it('order-independence', () => {
    fc.assert(
      fc.property(lowered, inquiryArb, (policies, inquiry) => {
        const [left, right] = [decide(policies, inquiry, options), decide(policies.toReversed(), inquiry, options)];
        expect({ ...right, deciders: right.deciders.toReversed() }).toMatchObject({
          outcome: left.outcome,
          deciders: left.deciders,
        });
      }),
    );
  });

  it('adding-a-deny-never-allows', () => {
    fc.assert(
      fc.property(lowered, lowered, inquiryArb, (policies, more, inquiry) => {
        const denies = more.map((policy) => ({ ...policy, effect: 'deny' as const }));
        if (decide([...policies, ...denies], inquiry, options).allowed)
          expect(decide(policies, inquiry, options).allowed).toBe(true);
      }),
    );
  });
});
