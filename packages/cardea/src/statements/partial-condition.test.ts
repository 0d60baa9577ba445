import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conditionArb, inquiryArb, touchy } from '../../test/arbitrary.ts';
import { attr, call, test, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import { evaluateCondition } from '../decide/reference.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { openCondition, partialCondition, requestOf } from './partial-condition.ts';

const functions = functionTable([touchy]);

it('partial-keeps-truth: for every inquiry with the subject and the action it is the truth of the condition', () => {
  const whole = call('document', attr('resource'));
  const documentArb = fc
    .tuple(fc.constantFrom('contains', 'matches', 'isType'), fc.constantFrom('a', 'string', 'b.*c', '1'))
    .map(([op, text]) => test(op as 'contains', whole, value(text)));
  const mixedArb = fc
    .tuple(fc.constantFrom<'and' | 'or'>('and', 'or'), conditionArb, documentArb, conditionArb)
    .map(([kind, ...of]): Condition => ({ kind, of }));
  fc.assert(
    fc.property(fc.oneof(conditionArb, mixedArb), inquiryArb, inquiryArb, (condition, inquiry, other) => {
      const known = { subject: inquiry.subject, action: inquiry.action } as typeof inquiry;
      const part = partialCondition(openCondition(condition, known, functions), functions);
      for (const { resource, context } of [inquiry, other]) {
        const asked = { ...known, resource, context } as typeof inquiry;
        const truth = typeof part === 'function' ? part(requestOf(asked)) : part;
        expect(truth).toBe(evaluateCondition(condition, { inquiry: asked, functions }));
      }
    }),
  );
});
