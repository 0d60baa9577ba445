import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Page, page, type PageSource } from './page.ts';

describe('page', () => {
  it('pages-are-the-whole: one after the other they are all that is allowed, in order', async () => {
    const countArb = fc.integer({ min: 1, max: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), countArb, countArb, async (allowed, limit, more) => {
        const found: number[] = [];
        let after: number | undefined;
        for (let complete = false; !complete; ) {
          const next: Page<number, number> = await page(sourceOf(allowed), { after, limit, readAtMost: limit + more });
          expect(next.rows.length).toBeLessThanOrEqual(limit);
          expect(next.complete).toBe(next.next === undefined);
          found.push(...next.rows);
          ({ complete, next: after } = next);
        }
        expect(found).toEqual(allowed.flatMap((isAllowed, at) => (isAllowed ? [at] : [])));
      }),
    );
  });

  it('is filled up where the check takes rows away', async () => {
    const allowed = Array.from({ length: 1_000 }, (_, at) => at % 100 === 99);
    expect(await page(sourceOf(allowed), { limit: 3 })).toEqual({ rows: [99, 199, 299], complete: false, next: 398 });
  });

  it('says so where it read as many rows as it may', async () => {
    const none = Array.from({ length: 100 }, () => false);
    expect(await page(sourceOf(none), { limit: 5, readAtMost: 10 })).toEqual({ rows: [], complete: false, next: 9 });
  });

  it('says that there are no more, also of a page that is full', async () => {
    expect(await page(sourceOf([true, true]), { limit: 2 })).toEqual({ rows: [0, 1], complete: true, next: undefined });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %s', async (limit) => {
    await expect(page(sourceOf([]), { limit })).rejects.toMatchObject({ code: 'CARDEA_INVALID_ARGUMENT' });
  });
});

function sourceOf(allowed: readonly boolean[]): PageSource<number, number> {
  return {
    rows: async (after, limit) => [...allowed.keys()].filter((at) => after === undefined || at > after).slice(0, limit),
    keyOf: (row) => row,
    check: (row) => allowed[row] as boolean,
  };
}
