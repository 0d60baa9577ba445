import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionArb, inquiryArb, touchy } from '../../test/arbitrary.ts';
import { and, attr, call, every, item, not, or, some, sure, test, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import { defineFunction } from '../ast/functions.ts';
import type { Json } from '../ast/json.ts';
import type { Truth } from '../ast/truth.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { evaluateCondition } from './reference.ts';

const functions = functionTable([touchy]);
const subject = attr('subject');
const a = attr('subject', 'a');

function truth(condition: Condition, inquiry: Inquiry): Truth {
  return evaluateCondition(condition, { inquiry, functions });
}

describe('the reference evaluator', () => {
  it.each<[string, Condition, Json | undefined, Truth]>([
    ['values of different types are not equal', test('eq', subject, value(1)), '1', 'false'],
    ['true is not 1', test('eq', subject, value(1)), true, 'false'],
    ['null is a value', test('eq', subject, value(null)), null, 'true'],
    ['a missing attribute is unknown', test('eq', a, value(1)), {}, 'unknown'],
    ['a missing value is present nowhere', test('present', a), {}, 'false'],
    ['null is present', test('present', a), { a: null }, 'true'],
    ['the order of a number and a string is unknown', test('lt', subject, value(1)), 'a', 'unknown'],
    ['strings compare by code point', test('lt', subject, value('😀')), '\uFFFD', 'true'],
    ['numbers compare by value', test('ge', subject, value(2)), 10, 'true'],
    ['no order holds for what is no number', test('le', subject, value(1)), Number.NaN, 'unknown'],
    ['membership is deep equality', test('in', subject, value([[1, { b: 2 }]])), [1, { b: 2 }], 'true'],
    ['membership in what is no list is unknown', test('in', value(1), subject), 'x', 'unknown'],
    ['string operators on other types are unknown', test('startsWith', subject, value('1')), 1, 'unknown'],
    ['a string that is no address is in no network', test('cidr', subject, value('10.0.0.0/8')), 'x', 'false'],
    ['an address in its network', test('cidr', subject, value('10.0.0.0/8')), '10.9.8.7', 'true'],
    ['an empty dictionary is not truthy', test('truthy', subject), {}, 'false'],
    ["the string '0' is truthy", test('truthy', subject), '0', 'true'],
    ['a value has one type', test('isType', subject, value('list')), [], 'true'],
    ['a function that throws is an error', test('isTrue', call('test.touchy', subject)), 'x', 'error'],
    ['a function without an answer is unknown', test('isTrue', call('test.touchy', subject)), null, 'unknown'],
    ['a function is not called for a missing value', test('isTrue', call('test.touchy', a)), {}, 'unknown'],
    ['a function nobody registered is an error', test('isTrue', call('nobody', subject)), 1, 'error'],
    ['sure turns unknown into false', sure(test('eq', a, value(1))), {}, 'false'],
    ['sure keeps an error', sure(test('isTrue', call('test.touchy', subject))), 'x', 'error'],
    [
      'false wins over an error',
      and(test('isTrue', call('test.touchy', subject)), test('eq', subject, value(1))),
      'x',
      'false',
    ],
    [
      'true wins over an error',
      or(test('isTrue', call('test.touchy', subject)), test('eq', subject, value('x'))),
      'x',
      'true',
    ],
    [
      'an error wins over unknown',
      and(test('isTrue', call('test.touchy', subject)), test('eq', a, value(1))),
      'x',
      'error',
    ],
    ['some item', some(subject, 'i', test('eq', item('i', 'b'), value(1))), [{ b: 2 }, { b: 1 }], 'true'],
    ['some item of none', some(subject, 'i', test('known', item('i'))), [], 'false'],
    ['every item of none', every(subject, 'i', test('eq', item('i'), value(1))), [], 'true'],
    ['items of what is no list are unknown', some(subject, 'i', test('known', item('i'))), 'x', 'unknown'],
    ['an inherited member is missing', test('present', attr('subject', 'toString')), {}, 'false'],
    ['a member of a list is missing', test('present', attr('subject', 'length')), [1], 'false'],
  ])('%s', (_, condition, given, expected) => {
    expect(truth(condition, given === undefined ? {} : { subject: given })).toBe(expected);
  });

  it.each<[string, Inquiry, Json | undefined]>([
    ['the name of an entity', { subject: { type: 'user', id: 'alice', properties: { a: 1 } } }, 'user:alice'],
    ['the name of an entity without properties', { subject: { type: 'user', id: 'alice' } }, 'user:alice'],
    ['a dictionary with further members', { subject: { type: 'user', id: 'alice', a: 1 } }, undefined],
  ])('a rule on the whole value sees %s', (_, inquiry, name) => {
    expect(truth(test('eq', subject, value(name ?? null)), inquiry)).toBe(name === undefined ? 'false' : 'true');
  });

  it('a property cannot contradict the name of an entity', () => {
    const inquiry: Inquiry = { subject: { type: 'user', id: 'alice', properties: { id: 'bob', a: 1 } } };
    expect(truth(test('eq', attr('subject', 'id'), value('alice')), inquiry)).toBe('true');
    expect(truth(test('eq', a, value(1)), inquiry)).toBe('true');
  });

  it('a function that gives a promise has not decided: that is an error, not unknown', () => {
    // The compiler refuses it; JavaScript does not.
    const later = defineFunction({ name: 'later', meaning: 'decides too late', call: (async () => true) as never });
    const scope = { inquiry: { subject: 1 }, functions: functionTable([later]) };
    expect(evaluateCondition(test('isTrue', call('later', subject)), scope)).toBe('error');
  });

  it('negation-is-kleene', () => {
    const opposite: Record<Truth, Truth> = { true: 'false', false: 'true', unknown: 'unknown', error: 'error' };
    fc.assert(
      fc.property(conditionArb, inquiryArb, (condition, inquiry) => {
        expect(truth(not(condition), inquiry)).toBe(opposite[truth(condition, inquiry)]);
        expect(truth(not(not(condition)), inquiry)).toBe(truth(condition, inquiry));
      }),
    );
  });

  it('order-independence of the parts of a condition', () => {
    fc.assert(
      fc.property(
        fc.array(conditionArb, { maxLength: 4 }),
        fc.constantFrom('and', 'or'),
        inquiryArb,
        (of, kind, inquiry) => {
          expect(truth({ kind, of: of.toReversed() }, inquiry)).toBe(truth({ kind, of }, inquiry));
        },
      ),
    );
  });

  it('json-round-trip of conditions: a stored tree means what it meant', () => {
    fc.assert(
      fc.property(conditionArb, inquiryArb, (condition, inquiry) => {
        const stored = JSON.parse(JSON.stringify(condition)) as Condition;
        expect(truth(stored, inquiry)).toBe(truth(condition, inquiry));
      }),
    );
  });
});
