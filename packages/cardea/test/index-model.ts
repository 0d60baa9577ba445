import fc from 'fast-check';
import type { Condition } from '../src/ast/condition.ts';
import type { FunctionTable } from '../src/ast/functions.ts';
import type { Scalar } from '../src/ast/json.ts';
import { splitTemplate } from '../src/ast/template.ts';
import { COMBINING, type Combining } from '../src/decide/combining.ts';
import { decide } from '../src/decide/decide.ts';
import type { IndexOptions } from '../src/engine/index-tables.ts';
import type { Decision } from '../src/model/decision.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import { linkUid } from '../src/model/link.ts';
import type { LoweredPolicy } from '../src/model/lowered-policy.ts';
import type { EngineChange } from '../src/ports/engine.ts';
import { defaultChecker } from '../src/syntax/checkers.ts';
import { functionTable } from '../src/syntax/functions/table.ts';
import { lowerPolicy } from '../src/syntax/lower-policy.ts';
import { conditionArb, inquiryArb, inquiryHitting, policyArb, slotValueArb, templateArb, touchy } from './arbitrary.ts';
import { conjunctionArb, holding, keyedArb, keyedInquiryArb, uidArb } from './keyed.ts';

export const functions: FunctionTable = functionTable([touchy]);
const checker = defaultChecker();

/** Policies of arbitrary conditions, and policies as people write them. */
const policyWith = (conditions: fc.Arbitrary<Condition>): fc.Arbitrary<LoweredPolicy> =>
  fc
    .record({
      uid: uidArb,
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      condition: conditions,
      priority: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ condition, ...made }) => ({ ...made, obligations: [made.uid], ...holding(condition) }));
const writtenArb = fc.tuple(uidArb, policyArb).map(([uid, policy]): LoweredPolicy => {
  const lowered = lowerPolicy({ ...policy, uid }, { checker, functions });
  if (!lowered.ok) throw new Error('the generator makes valid policies');
  return lowered.value;
});

const keyedPolicyArb = policyWith(fc.oneof(keyedArb, conjunctionArb));
export const loweredArb = fc.oneof(policyWith(conditionArb), keyedPolicyArb, keyedPolicyArb, writtenArb);

export const someInquiryArb = fc.oneof(inquiryArb, keyedInquiryArb, keyedInquiryArb);

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

  #hasSlotsOf({ uid, slots = [] }: LoweredPolicy): boolean {
    return (this.policies.get(uid)?.slots ?? []).join() === slots.join();
  }

  #fitting(change: EngineChange): EngineChange | undefined {
    if (change.type === 'remove') return change;
    if (change.type === 'put') {
      const linked = (this.links.get(change.policy.uid)?.size ?? 0) > 0;
      if (!linked) this.links.delete(change.policy.uid);
      // With links it keeps its slots.
      return linked && !this.#hasSlotsOf(change.policy) ? undefined : change;
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

/** Hashes that collide, and tables that split at once. */
export const tablesArb: fc.Arbitrary<IndexOptions> = fc.record({
  fold: fc.constantFrom(
    (hash: number) => hash,
    (hash: number) => hash & 3,
    () => 0,
  ),
  segmentSlots: fc.constantFrom(2, 4, 1 << 14),
});
