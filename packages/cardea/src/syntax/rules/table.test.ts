import { describe, expect, test } from 'vitest';
import { attr } from '../../ast/build.ts';
import { fillSlots } from '../../ast/template.ts';
import type { Issue } from '../../errors.ts';
import { evaluateCondition } from '../../decide/reference.ts';
import type { RuleName } from '../../model/policy.ts';
import { functionTable } from '../functions/table.ts';
import { RULE_NAMES, lowerRule } from '../lower-rule.ts';
import * as builders from './index.ts';
import { RULES } from './table.ts';

const ROWS = Object.entries(RULES).map(([name, facts]) => ({ name: name as RuleName, ...facts }));
const BUILDERS = builders as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

describe('the table of rules', () => {
  test('lists every rule that can be lowered, and no other', () => {
    expect(new Set(Object.keys(RULES))).toEqual(new Set(RULE_NAMES));
  });

  test.each(ROWS)('the example of $name is what its function returns', ({ name, builder, call, example }) => {
    expect(BUILDERS[builder]?.(...call)).toEqual({ [name]: example });
  });

  test.each(ROWS)('$name has the truth it claims where the value is missing', ({ name, example, whenMissing }) => {
    const issues: Issue[] = [];
    const slots = { declared: ['user'], met: new Set<string>() };
    const place = { what: attr('subject', 'missing'), step: undefined, issues, slots };
    const condition = fillSlots(lowerRule({ [name]: example }, place), new Map([['user', 'max']]));
    expect(issues).toEqual([]);
    const isEven = { name: 'math.isEven', meaning: '', call: () => true };
    const inquiry = { subject: { other: 1 }, action: 'get', resource: { limit: 1, owner: { id: 1 } } };
    expect(evaluateCondition(condition, { inquiry, functions: functionTable([isEven]) })).toBe(whenMissing);
  });
});
