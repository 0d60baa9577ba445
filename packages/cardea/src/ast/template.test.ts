import { describe, expect, it } from 'vitest';
import { and, attr, call, every, item, not, or, some, test, TRUE, value } from './build.ts';
import type { Condition, SlotOperand } from './condition.ts';
import { fillSlots, slotsOf, splitTemplate } from './template.ts';

const slot = (name: string): SlotOperand => ({ kind: 'slot', name });
const isUser = test('eq', attr('subject'), slot('user'));
const inGroup = some(attr('subject', 'groups'), 'x', test('eq', item('x'), slot('group')));
const isRead = test('eq', attr('action'), value('read'));

describe('splitTemplate', () => {
  it('gives a binding for each slot in their order, and the rest in its own', () => {
    const lower = test('eq', call('lower', attr('resource')), slot('doc'));
    const whole = and(isRead, and(inGroup, or(isUser)), and(lower, TRUE));
    expect(splitTemplate(whole, ['doc', 'user', 'group'])).toEqual({
      ok: true,
      bindings: [
        { slot: 'doc', over: call('lower', attr('resource')), member: false },
        { slot: 'user', over: attr('subject'), member: false },
        { slot: 'group', over: attr('subject', 'groups'), member: true },
      ],
      rest: and(isRead, TRUE),
    });
  });

  it.each<[string, Condition, string]>([
    ['stands where it need not hold', not(isUser), 'user'],
    ['stands where it need not hold', or(isUser, isRead), 'user'],
    ['stands where it need not hold', test('startsWith', attr('subject'), slot('user')), 'user'],
    ['stands where it need not hold', test('eq', slot('user'), slot('user')), 'user'],
    ['stands where it need not hold', test('eq', call('f', attr('subject')), slot('user')), 'user'],
    ['stands where it need not hold', every(attr('subject'), 'x', test('eq', item('x'), slot('user'))), 'user'],
    ['stands where it need not hold', some(attr('subject'), 'x', test('eq', item('x', 'id'), slot('user'))), 'user'],
    ['stands where it need not hold', some(attr('subject'), 'x', test('eq', item('y'), slot('user'))), 'user'],
    ['stands where it need not hold', some(attr('subject'), 'x', test('lt', item('x'), slot('user'))), 'user'],
    ['stands in two places', and(isUser, isUser), 'user'],
    ['stands nowhere', isRead, 'user'],
    ['is not declared', and(isUser, inGroup), 'group'],
  ])('says which slot %s', (problem, condition, name) => {
    expect(splitTemplate(condition, ['user'])).toEqual({ ok: false, slot: name, problem });
  });
});

describe('fillSlots', () => {
  const values = new Map<string, null | string>([
    ['user', null],
    ['group', 'staff'],
  ]);

  it('replaces slots wherever they stand, and leaves none', () => {
    const condition = not(or(isUser, { kind: 'sure', of: inGroup }, test('isTrue', call('f', slot('user')))));
    expect(fillSlots(condition, values)).toEqual(
      not(
        or(
          test('eq', attr('subject'), value(null)),
          { kind: 'sure', of: some(attr('subject', 'groups'), 'x', test('eq', item('x'), value('staff'))) },
          test('isTrue', call('f', value(null))),
        ),
      ),
    );
    expect(slotsOf(condition)).toEqual(['user', 'group', 'user']);
  });

  it('refuses a slot without a value', () => {
    expect(() => fillSlots(isUser, new Map())).toThrow('slot ?user is not filled');
  });
});
