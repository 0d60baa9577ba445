import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lawCaseArb, lawPlan, lawRows, LAW_COLUMNS } from '../../test/filter-law.ts';
import { and, attr, FALSE, not, or, sure, test, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { QueryPlan } from '../model/query-plan.ts';
import { classCheck } from './class-check.ts';
import { rowReader } from './sql/row-reader.ts';
import { predicate } from './memory/predicate.ts';

const FACTS = { over: 'resource', functions: new Map(), revision: 1, diagnostics: [] } as const;
const status = attr('resource', 'status');
const age = attr('resource', 'age');

describe('classCheck', () => {
  it.each(['always', 'never'] as const)('is %s where the plan is', (kind) => {
    expect(classCheck({ kind, ...FACTS })).toBe(kind);
  });

  it.each<[Condition, string]>([
    [and(test('eq', status, value('open')), test('eq', status, value('closed'))), 'never'],
    [and(test('in', status, value(['a', 'b'])), test('eq', status, value('c'))), 'never'],
    [and(test('eq', age, value(5)), test('gt', age, value(7))), 'never'],
    [and(test('eq', age, value('5')), test('gt', age, value(3))), 'never'],
    [and(test('eq', status, value('open')), not(sure(test('in', status, value(['open', 'new']))))), 'never'],
    [and(test('eq', status, value('open')), not(test('eq', status, value('open')))), 'never'],
    [or(FALSE, and(test('eq', age, value(1)), test('eq', age, value(2)))), 'never'],
    [and(test('eq', status, value('open')), test('eq', age, value(1))), 'conditional'],
    [and(test('in', status, value(['a', 'b'])), test('eq', status, value('b'))), 'conditional'],
    [and(test('eq', age, value(5)), test('gt', age, value(3))), 'conditional'],
    [not(test('eq', status, value('open'))), 'conditional'],
    [test('eq', status, status), 'conditional'],
  ])('of %j it is %s', (condition, answer) => {
    expect(classCheck(planOf(condition))).toBe(answer);
  });

  it('class-check-is-sound: of what is always every row is allowed, of what is never none', () => {
    const toResource = rowReader({ columns: LAW_COLUMNS });
    const rows = lawRows(60).map((row) => toResource({ ...row }));
    fc.assert(
      fc.property(lawCaseArb, (given) => {
        const plan = lawPlan(given);
        const answer = classCheck(plan);
        if (answer === 'conditional') return;
        expect(rows.filter(predicate(plan)).length).toBe(answer === 'always' ? rows.length : 0);
      }),
    );
  });
});

function planOf(condition: Condition): QueryPlan {
  return { kind: 'conditional', condition, ...FACTS };
}
