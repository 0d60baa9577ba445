import { describe, expect, it } from 'vitest';
import { and, attr, call, every, FALSE, item, not, or, some, sure, test, value } from './build.ts';
import type { Condition } from './condition.ts';
import { printCondition } from './print.ts';

const role = attr('subject', 'role');
const admin = test('eq', role, value('admin'));
const known = test('present', attr('context', 'full name'));

describe('the text of a condition', () => {
  it.each<[Condition, string]>([
    [admin, 'subject.role == "admin"'],
    [and(admin, or(known, FALSE)), 'subject.role == "admin" and (present(context["full name"]) or false)'],
    [not(and(admin, known)), 'not (subject.role == "admin" and present(context["full name"]))'],
    [not(admin), 'not subject.role == "admin"'],
    [and(), 'true'],
    [or(), 'false'],
    [sure(admin), 'sure(subject.role == "admin")'],
    [test('in', call('lower', attr('action')), value(['a', 1, null])), 'lower(action) in ["a",1,null]'],
    [
      some(role, 'r', test('gt', item('r', 'level'), { kind: 'slot', name: 'min' })),
      'some r in subject.role: (r.level > ?min)',
    ],
    [every(role, 'r', test('isTrue', call('f', item('r'), value('$2')))), 'every r in subject.role: (f(r, "$2"))'],
  ])('%#: %s', (condition, text) => {
    expect(printCondition(condition)).toBe(text);
  });
});
