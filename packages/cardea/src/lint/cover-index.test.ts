import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conditionArb } from '../../test/arbitrary.ts';
import { or } from '../ast/build.ts';
import { normalizeCondition } from '../ast/normalize.ts';
import { CoverIndex } from './cover-index.ts';
import { Facts } from './facts.ts';
import { implies } from './implication.ts';

it('contains whatever is proven (law: cover-is-a-superset)', () => {
  let count = 0;
  fc.assert(
    fc.property(fc.array(conditionArb, { minLength: 2, maxLength: 5 }), (parts) => {
      const conditions = [...parts, or(...parts.slice(0, 2))].map(normalizeCondition);
      const index = new CoverIndex(conditions);
      for (const [at, condition] of conditions.entries()) {
        const facts = Facts.of({ condition, holds: true });
        if (facts.impossible) continue;
        const candidates = new Set(index.candidates(at));
        for (const [other, wider] of conditions.entries()) {
          if (other === at || !implies(facts, wider, { steps: 10_000 })) continue;
          count += 1;
          expect([candidates.has(other), index.mayImply(at, other)]).toEqual([true, true]);
        }
      }
    }),
  );
  expect(count).toBeGreaterThan(0);
});
