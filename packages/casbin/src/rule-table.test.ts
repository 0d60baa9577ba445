import fc from 'fast-check';
import { expect, it } from 'vitest';
import { modelOf } from '../test/models.ts';
import { valueColumn } from './column.ts';
import { IndexedModel } from './indexed-model.ts';
import { Model } from './index.ts';
import type { RuleIndex } from './rule-index.ts';
import { RuleTable } from './rule-table.ts';

const rule = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '10'), fc.constantFrom('x', 'y'))
  .map((fields) => [...fields]);
const change = fc.oneof(
  fc.record({ op: fc.constantFrom('addPolicy', 'removePolicy', 'push', 'unshift'), rule }),
  fc.record({ op: fc.constant('updatePolicy'), rule, other: rule }),
  fc.record({ op: fc.constant('addPolicies'), rule, other: rule }),
  fc.record({ op: fc.constant('removePolicies'), rule, other: rule }),
  fc.record({ op: fc.constantFrom('set', 'reverse', 'shorten', 'copy', 'removeFilteredPolicy'), rule }),
);
type Change = { readonly op: string; readonly rule: string[]; readonly other?: string[] };

function apply(model: Model, { op, rule: one, other = one }: Change): unknown {
  const assertion = model.model.get('p')?.get('p') as { policy: string[][] };
  switch (op) {
    case 'addPolicy':
    case 'removePolicy':
      return model[op]('p', 'p', one);
    case 'updatePolicy':
      return attempt(() => model.updatePolicy('p', 'p', one, other));
    case 'addPolicies':
    case 'removePolicies':
      return model[op]('p', 'p', [one, other]);
    case 'removeFilteredPolicy':
      return model.removeFilteredPolicy('p', 'p', 1, one[1] as string);
    case 'push':
      return assertion.policy.push(one);
    case 'unshift':
      return assertion.policy.unshift(one);
    case 'set':
      assertion.policy[0] = one;
      return undefined;
    case 'reverse':
      return assertion.policy.reverse().length;
    case 'shorten':
      assertion.policy.length = Math.min(1, assertion.policy.length);
      return undefined;
    default:
      assertion.policy = assertion.policy.slice(0, 5);
      return undefined;
  }
}

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}

it.each(['sub, obj, act', 'sub, priority, act'])('table ≡ array, for %s', (policy) => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
      const [plain, ours] = [modelOf({ policy }), modelOf({ policy })];
      IndexedModel.adopt(ours);
      const assertion = ours.model.get('p')?.get('p');
      if (assertion === undefined) throw new Error('no assertion');
      const table = RuleTable.of(assertion);
      for (const one of changes as Change[]) {
        expect(apply(ours, one), one.op).toEqual(apply(plain, one));
        expect(ours.getPolicy('p', 'p')).toEqual(plain.getPolicy('p', 'p'));
        expect(table.size).toBe(plain.getPolicy('p', 'p').length);
        const [index, ids, numbers]: [RuleIndex, number[], number[]] = [table.index([valueColumn(0)]), [], []];
        index.idsOf(['a'], ids);
        index.find([ids], numbers);
        const found = table.order(numbers).map((number) => table.rule(number));
        expect(found.filter((each) => each?.[0] === 'a')).toEqual(plain.getFilteredPolicy('p', 'p', 0, 'a'));
      }
      expect([...assertion.policy]).toEqual(plain.getPolicy('p', 'p'));
    }),
    { numRuns: 300 },
  );
});

it('leaves a model of another class as it is', () => {
  class Own extends Model {}
  const own = new Own();
  IndexedModel.adopt(own);
  expect(Object.getPrototypeOf(own)).toBe(Own.prototype);
});

it('reads rules anew that were changed in place, where the array is assigned to itself', () => {
  const model = modelOf({});
  IndexedModel.adopt(model);
  for (const name of ['a', 'b', 'c']) model.addPolicy('p', 'p', [name, '1', 'x']);
  const assertion = model.model.get('p')?.get('p') as { policy: string[][] };
  expect(model.hasPolicy('p', 'p', ['b', '1', 'x'])).toBe(true);
  (assertion.policy[1] as string[])[2] = 'y';
  // oxlint-disable-next-line no-self-assign
  assertion.policy = assertion.policy;
  expect(model.hasPolicy('p', 'p', ['b', '1', 'y'])).toBe(true);
  expect(model.hasPolicy('p', 'p', ['b', '1', 'x'])).toBe(false);
});
