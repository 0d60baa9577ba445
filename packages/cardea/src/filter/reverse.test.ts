import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, policiesArb, touchy } from '../../test/arbitrary.ts';
import { Guard } from '../guard/guard.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { actionsFor, resourcesFor, whoCan } from './reverse.ts';

const ASKED = { subject: whoCan, action: actionsFor, resource: resourcesFor } as const;

describe('reverse questions', () => {
  for (const [over, ask] of Object.entries(ASKED) as [keyof typeof ASKED, typeof whoCan][]) {
    it(`search-equals-check: ${ask.name} gives those of which the guard allows each`, async () => {
      await fc.assert(
        fc.asyncProperty(
          policiesArb,
          fc.array(inquiryArb, { minLength: 1, maxLength: 8 }),
          async (policies, inquiries) => {
            const guard = new Guard(new MemoryStorage(policies), { functions: [touchy] });
            await guard.ready();
            const about = inquiries[0] as Inquiry;
            const things = inquiries.map((inquiry) => inquiry[over]).filter((thing) => thing !== undefined);
            const expected = things.filter((thing) => guard.allows({ ...about, [over]: thing }));
            expect(await ask(guard, about, things)).toEqual(expected);
          },
        ),
        { numRuns: Math.min(300, fc.readConfigureGlobal()?.numRuns ?? 300) },
      );
    });
  }
});
