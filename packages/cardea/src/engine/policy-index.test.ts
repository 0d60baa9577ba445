import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionArb, inquiryArb, policyArb, scalarArb, touchy } from '../../test/arbitrary.ts';
import { and, attr, call, every, item, not, or, some, sure, test, TRUE, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { Json, JsonObject } from '../ast/json.ts';
import { COMBINING, type Combining } from '../decide/combining.ts';
import { conclude } from '../decide/conclude.ts';
import { decide } from '../decide/decide.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { conditionOf, type LoweredPolicy } from '../model/lowered-policy.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower.ts';
import { PolicyIndex } from './policy-index.ts';

const functions = functionTable([touchy]);
const checker = defaultChecker();

/** Policies of arbitrary conditions, and policies as people write them. Uids are few, so that they meet. */
const uidArb = fc.constantFrom(...Array.from('abcdefghijkl'));
const policyWith = (conditions: fc.Arbitrary<Condition>): fc.Arbitrary<LoweredPolicy> =>
  fc
    .record({
      uid: uidArb,
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      condition: conditions,
      priority: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ condition, ...made }) => ({ ...made, obligations: [made.uid], ...holding(condition) }));
function holding(condition: Condition): Pick<LoweredPolicy, 'condition' | 'parts'> {
  const parts = { subjects: [condition], actions: [TRUE], resources: [TRUE], context: [] };
  return { condition: conditionOf(parts), parts };
}
const writtenArb = fc.tuple(uidArb, policyArb).map(([uid, policy]): LoweredPolicy => {
  const lowered = lowerPolicy({ ...policy, uid }, { checker, functions });
  if (!lowered.ok) throw new Error('the generator makes valid policies');
  return lowered.value;
});

/** Few attributes and constants, so that keys are hit, and everything that hides or shows an error or unknown. */
const subjectTags = attr('subject', 'tags');
const keyedArb: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc
      .tuple(
        fc.constantFrom(attr('subject'), attr('subject', 'a'), attr('context', 'role'), item('x'), item('x', 'a')),
        scalarArb,
      )
      .map(([what, constant]) => test('eq', what, value(constant))),
    fc
      .tuple(fc.constantFrom('a', 'b', 1), fc.constantFrom(subjectTags, attr('subject', 'a')))
      .map(([constant, list]) => test('in', value(constant), list)),
    fc
      .array(fc.constantFrom('a', 'b', 'ab', 'admin'), { maxLength: 3 })
      .map((list) => test('in', attr('subject', 'b'), value(list))),
    fc
      .constantFrom('startsWith' as const, 'endsWith' as const)
      .chain((op) => fc.constantFrom('a', 'ab', 'admin').map((text) => test(op, attr('subject', 'a'), value(text)))),
    fc.constantFrom('10.0.0.0/8', '10.0.0.1').map((network) => test('cidr', attr('context', 'ip'), value(network))),
    fc.constant(test('isTrue', call('test.touchy', attr('subject', 'b')))),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((of) => and(...of)),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((of) => or(...of)),
    tie('condition').map(sure),
    tie('condition').map(not),
    tie('condition').map((where) => some(subjectTags, 'x', where)),
    tie('condition').map((where) => every(subjectTags, 'x', where)),
  ),
})).condition;
const keyedPolicyArb = policyWith(keyedArb);
const loweredArb = fc.oneof(policyWith(conditionArb), keyedPolicyArb, keyedPolicyArb, writtenArb);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const keyedInquiryArb: fc.Arbitrary<Inquiry> = fc
  .tuple(
    optional(scalarArb),
    optional(scalarArb),
    optional(
      fc.array(fc.oneof(fc.constantFrom('a', 'b', 1), fc.record({ a: scalarArb }, { noNullPrototype: true })), {
        maxLength: 3,
      }),
    ),
    optional(fc.constantFrom('10.0.0.1', '11.0.0.1', 'no address', 7)),
  )
  .map(([a, b, tags, ip]) => ({ subject: defined({ a, b, tags }), context: defined({ ip }) }));
const someInquiryArb = fc.oneof(inquiryArb, keyedInquiryArb, keyedInquiryArb);

function defined(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as JsonObject;
}

type Edit = { readonly put: LoweredPolicy } | { readonly remove: string };
const editArb: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: loweredArb.map((put) => ({ put })) },
  { weight: 1, arbitrary: uidArb.map((remove) => ({ remove })) },
);
const loadArb = fc.uniqueArray(loweredArb, { maxLength: 8, selector: ({ uid }) => uid });
const optionsArb = fc.record({
  combining: fc.constantFrom(...(Object.keys(COMBINING) as Combining[])),
  unknownDeny: fc.constantFrom('ignore' as const, 'deny' as const),
});
const foldArb = fc.constantFrom(
  (hash: number) => hash,
  (hash: number) => hash & 3,
  () => 0,
);

interface Built {
  readonly index: PolicyIndex;
  readonly all: ReadonlyMap<string, LoweredPolicy>;
}

function build(loaded: readonly LoweredPolicy[], edits: readonly Edit[], fold: (hash: number) => number): Built {
  const index = new PolicyIndex(functions, { fold });
  const all = byUid(loaded);
  index.load(loaded);
  for (const edit of edits) {
    if ('put' in edit) {
      index.put(edit.put);
      all.set(edit.put.uid, edit.put);
    } else {
      index.remove(edit.remove);
      all.delete(edit.remove);
    }
  }
  return { index, all };
}

function byUid(policies: readonly LoweredPolicy[]): Map<string, LoweredPolicy> {
  return new Map(policies.map((policy) => [policy.uid, policy]));
}

type Options = Omit<Parameters<typeof decide>[2], 'functions' | 'revision'>;

function decideIndexed({ index }: Built, inquiry: Inquiry, options: Options): Decision {
  return conclude(index.find(inquiry), inquiry, { ...options, functions, revision: 1 });
}

function decideAll({ all }: Built, inquiry: Inquiry, options: Options): Decision {
  return decide(all.values(), inquiry, { ...options, functions, revision: 1 });
}

describe('PolicyIndex', () => {
  it('indexed ≡ reference: the whole decision, after any sequence of edits, with colliding keys', () => {
    fc.assert(
      fc.property(
        loadArb,
        fc.array(editArb, { maxLength: 12 }),
        fc.array(someInquiryArb, { minLength: 1, maxLength: 4 }),
        optionsArb,
        foldArb,
        (loaded, edits, inquiries, options, fold) => {
          const built = build(loaded, edits, fold);
          for (const inquiry of inquiries)
            expect(decideIndexed(built, inquiry, options)).toEqual(decideAll(built, inquiry, options));
        },
      ),
    );
  });

  it('index-is-a-superset: whoever has a part in the decision is a candidate', () => {
    fc.assert(
      fc.property(loadArb, fc.array(editArb, { maxLength: 6 }), someInquiryArb, (loaded, edits, inquiry) => {
        const built = build(loaded, edits, (hash) => hash);
        const candidates = new Set(built.index.candidates(inquiry).map(({ uid }) => uid));
        const decision = decideAll(built, inquiry, { combining: 'deny-overrides', unknownDeny: 'deny' });
        const involved = [...decision.candidates, ...decision.diagnostics.flatMap(({ uid }) => uid ?? [])];
        expect(involved.filter((uid) => !candidates.has(uid))).toEqual([]);
      }),
    );
  });

  it('leaves nothing behind when every policy is removed', () => {
    fc.assert(
      fc.property(loadArb, fc.array(editArb, { maxLength: 6 }), (loaded, edits) => {
        const { index, all } = build(loaded, edits, (hash) => hash);
        for (const uid of all.keys()) index.remove(uid);
        expect(index.stats()).toMatchObject({ policies: 0, residual: 0, keys: 0, postings: 0 });
      }),
      { numRuns: 1_000 },
    );
  });

  it('survives a function that decides with the same index', () => {
    const seen: number[] = [];
    const nested = {
      name: 'nested',
      meaning: 'asks again',
      call: () => seen.push(index.find({ subject: 'other' }).length) > 0,
    };
    const table = functionTable([nested]);
    const index: PolicyIndex = new PolicyIndex(table);
    const conditions = [test('eq', attr('subject'), value('other')), test('isTrue', call('nested'))];
    const policies = conditions.map(
      (condition, at): LoweredPolicy => ({
        uid: String(at),
        effect: 'allow',
        priority: 0,
        obligations: [],
        ...holding(at === 0 ? condition : and(test('eq', attr('subject'), value('max')), condition)),
      }),
    );
    index.load(policies);
    expect(index.find({ subject: 'max' }).map(({ uid }) => uid)).toEqual(['1']);
    expect(seen).toEqual([1]);
  });
});
