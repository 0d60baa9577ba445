import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scalar } from '../ast/json.ts';
import { CodeLists } from './code-lists.ts';
import { Dictionary } from './dictionary.ts';
import { FOREIGN, MISSING_CODE, Vocabulary } from './vocabulary.ts';

const scalarArb: fc.Arbitrary<Scalar> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const listArb = fc.array(scalarArb, { maxLength: 40 });

function made(): { readonly texts: Dictionary; readonly vocabulary: Vocabulary; readonly lists: CodeLists } {
  const texts = new Dictionary();
  const vocabulary = new Vocabulary(texts);
  return { texts, vocabulary, lists: new CodeLists(texts, vocabulary) };
}

describe('CodeLists', () => {
  it('lists-as-sets: a list has the members that it was made of, in their order, and leaves nothing behind', () => {
    fc.assert(
      fc.property(fc.array(listArb, { maxLength: 4 }), listArb, fc.boolean(), (all, others, isWide) => {
        const { texts, vocabulary, lists } = made();
        // Codes of more than 16 bits.
        if (isWide) for (let at = 0; at < 33_000; at++) texts.intern(`text ${at}`);
        const before = texts.size;
        const ids = all.map((list) => lists.use(list));
        for (const [at, list] of all.entries()) {
          const id = ids[at] as number;
          expect(lists.membersOf(id)).toEqual(list);
          for (const one of [...list, ...others, undefined]) {
            expect(lists.has(id, vocabulary.codeOf(one))).toBe(one !== undefined && list.includes(one));
          }
        }
        for (const id of ids) lists.drop(id);
        expect(texts.size).toBe(before);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps equal lists once', () => {
    const { texts, lists } = made();
    const first = lists.use(['a', 1]);
    const { size } = texts;
    expect([lists.use(['a', 1]), texts.size]).toEqual([first, size]);
    lists.drop(first);
    expect(lists.membersOf(first)).toEqual(['a', 1]);
  });

  it('has neither what is missing nor what nobody mentions', () => {
    const { lists } = made();
    const id = lists.use(['a', 'b', 'c']);
    expect([MISSING_CODE, FOREIGN].map((code) => lists.has(id, code))).toEqual([false, false]);
  });
});
