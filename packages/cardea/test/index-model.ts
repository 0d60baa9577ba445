import fc from 'fast-check';
import { and, attr, call, every, item, not, or, some, sure, test, TRUE, value } from '../src/ast/build.ts';
import type { Condition } from '../src/ast/condition.ts';
import type { FunctionTable } from '../src/ast/functions.ts';
import type { Json, JsonObject, Scalar } from '../src/ast/json.ts';
import { splitTemplate } from '../src/ast/template.ts';
import { COMBINING, type Combining } from '../src/decide/combining.ts';
import { decide } from '../src/decide/decide.ts';
import type { Decision } from '../src/model/decision.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import { linkUid } from '../src/model/link.ts';
import { conditionOf, type LoweredPolicy } from '../src/model/lowered-policy.ts';
import type { EngineChange } from '../src/ports/engine.ts';
import { defaultChecker } from '../src/syntax/checkers.ts';
import { functionTable } from '../src/syntax/functions/table.ts';
import { lowerPolicy } from '../src/syntax/lower.ts';
import {
  conditionArb,
  inquiryArb,
  inquiryHitting,
  policyArb,
  scalarArb,
  slotValueArb,
  templateArb,
  touchy,
} from './arbitrary.ts';

export const functions: FunctionTable = functionTable([touchy]);
const checker = defaultChecker();

/** Policies of arbitrary conditions, and policies as people write them. Uids are few, so that they meet. */
export const uidArb = fc.constantFrom(...Array.from('abcdefghijkl'));
const policyWith = (conditions: fc.Arbitrary<Condition>): fc.Arbitrary<LoweredPolicy> =>
  fc
    .record({
      uid: uidArb,
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      condition: conditions,
      priority: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ condition, ...made }) => ({ ...made, obligations: [made.uid], ...holding(condition) }));
/** The condition and the parts of a policy of which one is a condition. */
export function holding(condition: Condition): Pick<LoweredPolicy, 'condition' | 'parts'> {
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
export const loweredArb = fc.oneof(policyWith(conditionArb), keyedPolicyArb, keyedPolicyArb, writtenArb);

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
export const someInquiryArb = fc.oneof(inquiryArb, keyedInquiryArb, keyedInquiryArb);

function defined(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as JsonObject;
}

/** Templates as people write them. */
export const loweredTemplateArb: fc.Arbitrary<LoweredPolicy> = fc.tuple(uidArb, templateArb).map(([uid, policy]) => {
  const lowered = lowerPolicy({ ...policy, uid }, { checker, functions });
  if (!lowered.ok) throw new Error('the generator makes valid templates');
  return lowered.value;
});

const valuesArb = fc.array(slotValueArb, { minLength: 1, maxLength: 3 });

/** Changes of few uids, so that they meet; of the values of links as many count as the template has slots. */
export const changeArb: fc.Arbitrary<EngineChange> = fc.oneof(
  { weight: 5, arbitrary: loweredArb.map((policy): EngineChange => ({ type: 'put', policy })) },
  { weight: 2, arbitrary: loweredTemplateArb.map((policy): EngineChange => ({ type: 'put', policy })) },
  { weight: 2, arbitrary: uidArb.map((uid): EngineChange => ({ type: 'remove', uid })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('link' as const, 'link' as const, 'unlink' as const), uidArb, valuesArb)
      .map(([type, template, values]): EngineChange => ({ type, template, values })),
  },
);

/** Policies and links as plain maps: what an index is held against. */
export class IndexModel {
  readonly policies = new Map<string, LoweredPolicy>();
  readonly links = new Map<string, Map<string, readonly Scalar[]>>();

  /** The changes of which each can be made: links get as many values as the template has slots. */
  makeAll(changes: readonly EngineChange[]): readonly EngineChange[] {
    return changes.flatMap((change) => {
      const fitting = this.#fitting(change);
      if (fitting !== undefined) this.make(fitting);
      return fitting ?? [];
    });
  }

  make(change: EngineChange): void {
    if (change.type === 'put') this.policies.set(change.policy.uid, change.policy);
    else if (change.type === 'remove') {
      this.policies.delete(change.uid);
      this.links.delete(change.uid);
    } else {
      const links = this.links.get(change.template) ?? new Map<string, readonly Scalar[]>();
      this.links.set(change.template, links);
      const uid = linkUid(change.template, change.values);
      if (change.type === 'link') links.set(uid, change.values);
      else links.delete(uid);
    }
  }

  decide(inquiry: Inquiry, options: Omit<Parameters<typeof decide>[2], 'functions' | 'revision' | 'links'>): Decision {
    const links = new Map([...this.links].map(([uid, rows]) => [uid, rows.values()]));
    return decide(this.policies.values(), inquiry, { ...options, functions, revision: 1, links });
  }

  get linkCount(): number {
    return [...this.links.values()].reduce((sum, links) => sum + links.size, 0);
  }

  /** The inquiry as it must be for some link to apply, where there is one. */
  hitting(inquiry: Inquiry): Inquiry {
    for (const [uid, links] of this.links) {
      const { condition, slots = [] } = this.policies.get(uid) as LoweredPolicy;
      const [values] = links.values();
      const parts = splitTemplate(condition, slots);
      if (values !== undefined && parts.ok) return inquiryHitting(inquiry, parts.bindings, values);
    }
    return inquiry;
  }

  #fitting(change: EngineChange): EngineChange | undefined {
    if (change.type === 'remove') return change;
    if (change.type === 'put') {
      const linked = (this.links.get(change.policy.uid)?.size ?? 0) > 0;
      if (!linked) this.links.delete(change.policy.uid);
      // With links it keeps its slots.
      return linked ? undefined : change;
    }
    const { slots = [] } = this.policies.get(change.template) ?? {};
    if (slots.length === 0) return undefined;
    return { ...change, values: slots.map((_, at) => change.values[at % change.values.length] as Scalar) };
  }
}

export const deciding: fc.Arbitrary<Pick<Parameters<typeof decide>[2], 'combining' | 'unknownDeny'>> = fc.record({
  combining: fc.constantFrom(...(Object.keys(COMBINING) as Combining[])),
  unknownDeny: fc.constantFrom('ignore' as const, 'deny' as const),
});

export const foldArb: fc.Arbitrary<(hash: number) => number> = fc.constantFrom(
  (hash: number) => hash,
  (hash: number) => hash & 3,
  () => 0,
);
