import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeArb, functions, IndexModel, someInquiryArb } from '../../test/index-model.ts';
import { isCardeaError } from '../errors.ts';
import { conclude } from '../decide/conclude.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { PolicyIndex } from './policy-index.ts';

const changesArb = fc.array(changeArb, { minLength: 1, maxLength: 12 });
const OPTIONS = { combining: 'deny-overrides', unknownDeny: 'deny' } as const;

/** What a test sees of an index: what it decides, or that it refuses to. */
function answersOf(index: PolicyIndex, inquiries: readonly Inquiry[]): readonly (Decision | 'refused')[] {
  return inquiries.map((inquiry) => {
    try {
      return conclude(index.find(inquiry), inquiry, { ...OPTIONS, functions, revision: 1 });
    } catch (error) {
      if (isCardeaError(error) && error.code === 'CARDEA_CONFLICT') return 'refused';
      throw error;
    }
  });
}

describe('a change that runs out of memory', () => {
  it('leaves an index that answers nothing any more, where it was not made', () => {
    const outcomes = { refused: 0, made: 0 };
    fc.assert(
      fc.property(
        changesArb,
        changesArb,
        fc.array(someInquiryArb, { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 40 }),
        (changes, more, inquiries, spare) => {
          let left = Number.POSITIVE_INFINITY;
          const allocate = (bytes: number): ArrayBuffer => {
            left -= 1;
            if (left < 0) throw new RangeError('Array buffer allocation failed');
            return new ArrayBuffer(bytes);
          };
          const model = new IndexModel();
          const index = new PolicyIndex(functions, { allocate });
          index.apply(model.makeAll(changes));
          const made = model.makeAll(more);
          left = spare;
          try {
            index.apply(made);
            outcomes.made += 1;
          } catch {
            left = Number.POSITIVE_INFINITY;
            outcomes.refused += 1;
            expect(answersOf(index, inquiries)).toEqual(inquiries.map(() => 'refused'));
            for (const call of [
              () => index.size,
              () => index.stats(),
              () => [...index.policies()],
              () => index.toSnapshot(),
              () => index.remove('a'),
              () => index.allows({}, 'error'),
            ])
              expect(call).toThrow(expect.objectContaining({ code: 'CARDEA_CONFLICT' }));
            return;
          }
          left = Number.POSITIVE_INFINITY;
          expect(answersOf(index, inquiries)).toEqual(inquiries.map((inquiry) => model.decide(inquiry, OPTIONS)));
        },
      ),
    );
    expect(outcomes.refused).toBeGreaterThan(0);
    expect(outcomes.made).toBeGreaterThan(0);
  });
});
