import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionArb, jsonArb, touchy } from '../../test/arbitrary.ts';
import { attr, or, test, TRUE, value } from '../ast/build.ts';
import { canonicalJson, type Json } from '../ast/json.ts';
import { conditionOf, type LoweredPolicy } from '../model/lowered-policy.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { ConditionTables } from './condition-tables.ts';
import { Dictionary } from './dictionary.ts';
import { Operands } from './operands.ts';
import { PolicyRecords } from './policy-records.ts';
import { Vocabulary } from './vocabulary.ts';

const functions = functionTable([touchy]);

function fresh(): { readonly records: PolicyRecords; readonly tables: ConditionTables } {
  const texts = new Dictionary();
  const tables = new ConditionTables(new Operands(functions), new Vocabulary(texts), texts, functions);
  return { records: new PolicyRecords(tables), tables };
}

const fieldArb = fc.array(conditionArb, { maxLength: 3 });
const policyArb: fc.Arbitrary<LoweredPolicy> = fc
  .record(
    {
      uid: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.constantFrom('', '__proto__', '\ud800', 'é'.repeat(300)),
      ),
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      priority: fc.constantFrom(0, 1, -2.5, 1e300, Number.POSITIVE_INFINITY),
      obligations: fc.array(jsonArb, { maxLength: 3 }),
      parts: fc.record({
        subjects: fieldArb,
        actions: fieldArb,
        resources: fieldArb,
        context: fc.array(fc.record({ attribute: fc.constantFrom('a', 'b', 'ip'), condition: conditionArb }), {
          maxLength: 3,
        }),
      }),
      slots: fc.uniqueArray(fc.constantFrom('user', 'doc', 'x'), { minLength: 1 }),
    },
    { requiredKeys: ['uid', 'effect', 'priority', 'obligations', 'parts'] },
  )
  .map((made) => ({ ...made, condition: conditionOf(made.parts) }));

describe('PolicyRecords', () => {
  it('record-round-trip: a policy is decoded as it was put, and leaves nothing behind', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(policyArb, fc.array(fc.integer(), { maxLength: 5 })), { minLength: 1, maxLength: 3 }),
        (made) => {
          const { records, tables } = fresh();
          const addresses = made.map(([policy, filing], sequence) =>
            records.add({ policy, sequence, filing, rest: policy.slots === undefined ? undefined : TRUE }),
          );
          for (const [at, address] of addresses.entries()) {
            const [policy, filing] = made[at] as (typeof made)[number];
            expect(withoutMinusZero(records.policyOf(address))).toEqual(withoutMinusZero(policy));
            expect(records.hasUid(address, policy.uid)).toBe(true);
            expect(records.sequenceOf(address)).toBe(at);
            records.withFiling(address, (words, from, end) => expect([...words.subarray(from, end)]).toEqual(filing));
          }
          for (const address of addresses) records.remove(address);
          expect([tables.texts.size, tables.shared.size, tables.operands.size]).toEqual([0, 0, 0]);
        },
      ),
    );
  });

  it('tells uids apart that are made of other characters of the same bytes', () => {
    const { records } = fresh();
    const parts = { subjects: [TRUE], actions: [TRUE], resources: [TRUE], context: [] };
    const policy: LoweredPolicy = {
      uid: 'ab',
      effect: 'allow',
      priority: 0,
      obligations: [],
      parts,
      condition: conditionOf(parts),
    };
    const address = records.add({ policy, sequence: 0, filing: [] });
    expect(['ab', '\u6261', '\u6261\0', 'a', 'abc'].map((uid) => records.hasUid(address, uid))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it.each([1, 3_000])('keeps %d elements, and a filing and a uid of any length', (count) => {
    const { records } = fresh();
    const subjects = Array.from({ length: count }, (_, at) => test('eq', attr('subject'), value(at)));
    const parts = { subjects, actions: [or()], resources: [TRUE], context: [] };
    const uid = 'x'.repeat(count * 100);
    const policy: LoweredPolicy = {
      uid,
      effect: 'deny',
      priority: 0,
      obligations: [],
      parts,
      condition: conditionOf(parts),
    };
    const filing = Array.from({ length: count * 2 }, (_, at) => at - 7);
    const address = records.add({ policy, sequence: 0, filing });
    expect(records.policyOf(address)).toEqual(policy);
    records.withFiling(address, (words, from, end) => expect([...words.subarray(from, end)]).toEqual(filing));
  });
});

function withoutMinusZero(policy: LoweredPolicy): unknown {
  const plain = JSON.parse(canonicalJson({ ...policy, priority: null } as unknown as Json)) as object;
  return { ...plain, priority: policy.priority };
}
