import fc from 'fast-check';
import { and, attr, call, every, item, not, or, some, sure, test, TRUE, value } from '../src/ast/build.ts';
import type { Condition } from '../src/ast/condition.ts';
import type { Json, JsonObject } from '../src/ast/json.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import { conditionOf, type LoweredPolicy } from '../src/model/lowered-policy.ts';
import { conditionArb, inquiryArb, scalarArb } from './arbitrary.ts';

const tags = attr('subject', 'tags');
const wholes = [attr('subject'), attr('action'), attr('resource')];
const bounds = fc.integer({ min: -3, max: 9 });

/**
 * Conditions on few attributes and constants, so that keys are hit, with everything that hides or shows an error or
 * something missing. `test.touchy` is among them.
 */
export const keyedArb: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc
      .tuple(
        fc.constantFrom(...wholes, attr('subject', 'a'), attr('context', 'role'), item('x'), item('x', 'a')),
        scalarArb,
      )
      .map(([what, constant]) => test('eq', what, value(constant))),
    fc
      .tuple(fc.constantFrom('a', 'b', 1), fc.constantFrom(tags, attr('subject', 'a')))
      .map(([constant, list]) => test('in', value(constant), list)),
    fc
      .array(fc.constantFrom('a', 'b', 'ab', 'admin'), { maxLength: 3 })
      .map((list) => test('in', attr('subject', 'b'), value(list))),
    fc
      .constantFrom('startsWith' as const, 'endsWith' as const)
      .chain((op) => fc.constantFrom('a', 'ab', 'admin').map((text) => test(op, attr('subject', 'a'), value(text)))),
    fc.constantFrom('a', 'admin').map((text) => test('eq', call('lower', attr('subject', 'a')), value(text))),
    fc.constantFrom('10.0.0.0/8', '10.0.0.1').map((network) => test('cidr', attr('context', 'ip'), value(network))),
    fc
      .tuple(bounds, bounds, fc.constantFrom('ge' as const, 'gt' as const))
      .map(([low, high, op]) =>
        and(test(op, attr('context', 'n'), value(low)), test('le', attr('context', 'n'), value(high))),
      ),
    fc.constant(test('isTrue', call('test.touchy', attr('subject', 'b')))),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((of) => and(...of)),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((of) => or(...of)),
    tie('condition').map(sure),
    tie('condition').map(not),
    tie('condition').map((where) => some(tags, 'x', where)),
    tie('condition').map((where) => every(tags, 'x', where)),
  ),
})).condition;

/** Conditions of several needs, so that keys of several slots are made. */
export const conjunctionArb: fc.Arbitrary<Condition> = fc
  .array(keyedArb, { minLength: 2, maxLength: 5 })
  .map((of) => and(...of));

/** Few, so that policies meet. */
export const uidArb: fc.Arbitrary<string> = fc.constantFrom(...Array.from('abcdefghijkl'));

/** The condition and the parts of a policy of which one is a condition. */
export function holding(condition: Condition): Pick<LoweredPolicy, 'condition' | 'parts'> {
  const parts = { subjects: [condition], actions: [TRUE], resources: [TRUE], context: [] };
  return { condition: conditionOf(parts), parts };
}

/** Policies of any conditions, as far as finding them is concerned. */
export const keyedPolicyArb: fc.Arbitrary<LoweredPolicy> = fc
  .record({
    uid: uidArb,
    effect: fc.constantFrom('allow' as const, 'deny' as const),
    condition: fc.oneof(conditionArb, keyedArb, conjunctionArb),
  })
  .map(({ uid, effect, condition }) => policyWith(condition, { uid, effect }));

/** A policy of a condition. */
export function policyWith(condition: Condition, over: Partial<LoweredPolicy> = {}): LoweredPolicy {
  return { uid: 'a', effect: 'allow', priority: 0, obligations: [], ...holding(condition), ...over };
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });

/** Inquiries that have what {@link keyedArb} asks for, and any others. */
export const keyedInquiryArb: fc.Arbitrary<Inquiry> = fc.oneof(
  inquiryArb,
  fc
    .record({
      a: optional(scalarArb),
      b: optional(scalarArb),
      tags: optional(
        fc.array(fc.oneof(fc.constantFrom('a', 'b', 1), fc.record({ a: scalarArb }, { noNullPrototype: true })), {
          maxLength: 3,
        }),
      ),
      action: optional(scalarArb),
      role: optional(scalarArb),
      ip: optional(fc.constantFrom('10.0.0.1', '11.0.0.1', 'no address', 7)),
      n: optional(fc.oneof(bounds, fc.constantFrom('3', 2.5))),
    })
    .map(({ a, b, tags: list, action, role, ip, n }) => ({
      subject: defined({ a, b, tags: list }),
      context: defined({ role, ip, n }),
      ...(action === undefined ? {} : { action }),
    })),
);

function defined(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as JsonObject;
}
