import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsAtMost } from '../../../../test/runs.ts';
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
  it.each([
    ['16 bits', 0, 1_000],
    ['more than 16 bits', 33_000, 5],
  ])(
    'lists-as-sets: of codes of %s it has its members in their order, and leaves nothing behind',
    (_, others, most) => {
      fc.assert(
        fc.property(fc.array(listArb, { maxLength: 4 }), listArb, (all, strangers) => {
          const { texts, vocabulary, lists } = made();
          for (let at = 0; at < others; at++) texts.intern(`text ${at}`);
          const before = texts.size;
          const ids = all.map((list) => lists.use(list));
          for (const [at, list] of all.entries()) {
            const id = ids[at] as number;
            expect(lists.membersOf(id)).toEqual(list);
            for (const one of [...list, ...strangers, undefined]) {
              expect(lists.has(id, vocabulary.codeOf(one))).toBe(one !== undefined && list.includes(one));
            }
          }
          for (const id of ids) lists.drop(id);
          expect(texts.size).toBe(before);
        }),
        runsAtMost(most),
      );
    },
  );

  it.each([
    ['16 bits', 0],
    ['more than 16 bits', 33_000],
  ])('has no code of %s but those of its members', (_, others) => {
    const { texts, vocabulary, lists } = made();
    for (let at = 0; at < others; at++) texts.intern(`text ${at}`);
    const members = ['a', 'b', 'c'];
    const id = lists.use(members);
    texts.intern('what lies behind it');
    const found = Array.from({ length: 140_000 }, (__, code) => code).filter((code) => lists.has(id, code));
    expect(found).toEqual(members.map((member) => vocabulary.codeOf(member)).toSorted((a, b) => a - b));
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
