import { describe, expect, it } from 'vitest';
import { policyWith } from '../../test/keyed.ts';
import { and, attr, item, not, some, test, value } from '../ast/build.ts';
import type { Operand } from '../ast/condition.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { KeyShapes } from './key-shapes.ts';
import { keysOf, RESIDUAL_KEY } from './keys.ts';

const eq = (what: Operand, constant: string) => test('eq', what, value(constant));
const byGroup = () => keysOf(policyWith(test('in', value('g1'), attr('subject', 'groups'))));
const byAction = () => keysOf(policyWith(and(eq(attr('action'), 'get'), eq(attr('subject', 'role'), 'admin'))));
const withoutRole = () => keysOf(policyWith(not(test('present', attr('subject', 'role')))));
const groups = (count: number): Inquiry => ({
  subject: { groups: Array.from({ length: count }, (_, at) => `g${at}`) },
});

describe('KeyShapes', () => {
  it('asks for residual policies always', () => {
    expect(new KeyShapes([]).keysOf({})).toEqual([RESIDUAL_KEY]);
  });

  it.each<[string, Inquiry, number]>([
    ['has what all slots need', { action: 'get', subject: { role: 'admin' } }, 2],
    ['has it with other values', { action: 'put', subject: { role: 'x' } }, 2],
    ['lacks one of the slots', { action: 'get', subject: {} }, 1],
    ['lacks all slots', {}, 1],
  ])('asks for a shape only where the inquiry %s', (_what, inquiry, expected) => {
    expect(new KeyShapes(byAction().shapes).keysOf(inquiry)).toHaveLength(expected);
  });

  it.each<[string, Inquiry, number]>([
    ['is missing', { subject: {} }, 2],
    ['is there', { subject: { role: 'x' } }, 1],
  ])('asks for a shape without a slot where it %s', (_what, inquiry, expected) => {
    expect(new KeyShapes(withoutRole().shapes).keysOf(inquiry)).toHaveLength(expected);
  });

  it('asks for a shape once, however often it is told', () => {
    const shapes = new KeyShapes([...byAction().shapes, ...byAction().shapes]);
    expect(shapes.keysOf({ action: 'get', subject: { role: 'admin' } })).toEqual([RESIDUAL_KEY, ...byAction().keys]);
  });

  it('asks for each combination of what is there and what is missing', () => {
    const both = and(eq(attr('action'), 'get'), eq(attr('subject', 'role'), 'admin'));
    const { keys, shapes } = keysOf(policyWith(both, { effect: 'deny' }));
    const inquiries = [
      { action: 'get', subject: { role: 'admin' } },
      { action: 'get' },
      { subject: { role: 'admin' } },
      {},
    ];
    const asked = inquiries.flatMap((inquiry) => new KeyShapes(shapes).keysOf(inquiry).slice(1));
    expect(asked.toSorted()).toEqual(keys.toSorted());
  });

  it('asks for the items of a list of which some lack what is read', () => {
    const staff = some(attr('subject', 'groups'), 'g', eq(item('g', 'id'), 'staff'));
    const { keys, shapes } = keysOf(policyWith(staff));
    const inquiry = { subject: { groups: [{ id: 'staff' }, { name: 'x' }] } };
    expect(new KeyShapes(shapes).keysOf(inquiry)).toEqual([RESIDUAL_KEY, ...keys]);
  });

  it('asks for each item of a list', () => {
    const keys = new KeyShapes(byGroup().shapes).keysOf(groups(3));
    expect(keys).toHaveLength(4);
    expect(keys).toContain(byGroup().keys[0]);
  });

  it.each([
    [1023, undefined, 1024],
    [1024, undefined, 'everything'],
    [9, 10, 10],
    [10, 10, 'everything'],
  ] as const)('asks for everything rather than for more keys than the limit: %i, %s', (count, limit, expected) => {
    const shapes = new KeyShapes(byGroup().shapes, limit === undefined ? {} : { limit });
    const keys = shapes.keysOf(groups(count));
    expect(keys === 'everything' ? keys : keys.length).toBe(expected);
  });

  it.each([
    ['of another version', '[2,["value","action",[]]]'],
    ['that is no JSON', '[1,["value","action",[]'],
    ['that is no list', '{"0":1}'],
    ['without slots', '[1]'],
    ['of an unknown kind', '[1,["colour","action",[]]]'],
    ['of an unknown category', '[1,["value","object",[]]]'],
    ['with one slot of several that is unknown', '[1,["value","action",[]],["colour","action",[]]]'],
  ])('asks for everything where there is a shape %s', (_what, shape) => {
    expect(new KeyShapes([...byAction().shapes, shape]).keysOf({ action: 'get' })).toBe('everything');
  });
});
