import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conditionArb, inquiryArb, touchy } from '../../test/arbitrary.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { type Trace, traceCondition } from './explain-trace.ts';
import { evaluateCondition } from './reference.ts';

const functions = functionTable([touchy]);

function everyNode(trace: Trace): readonly Trace[] {
  return [trace, ...trace.of.flatMap(everyNode), ...(trace.item === undefined ? [] : everyNode(trace.item.where))];
}

it('gives each node the truth that the reference gives it (law: trace ≡ evaluate)', () => {
  fc.assert(
    fc.property(conditionArb, inquiryArb, (condition, inquiry) => {
      for (const node of everyNode(traceCondition(condition, { inquiry, functions }))) {
        expect(node.truth).toBe(evaluateCondition(node.condition, node.scope));
        if (node.item !== undefined) expect(node.item.where.truth).toBe(node.truth);
      }
    }),
  );
});
