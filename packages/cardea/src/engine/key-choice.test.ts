import { describe, expect, it } from 'vitest';
import { attr, call, value } from '../ast/build.ts';
import type { Operand } from '../ast/condition.ts';
import { chooseKeys } from './key-choice.ts';
import type { Need } from './requirement.ts';
import { MISSING, type Slot, slotName } from './slot.ts';

const what = attr('subject', 'a');
const need = (slot: Slot, ...tokens: readonly string[]): Need => ({ name: slotName(slot), slot, tokens });
const is = (of: Operand, ...tokens: readonly string[]): Need => need({ kind: 'value', of }, ...tokens);
const starts = (length: number): Need => need({ kind: 'prefix', of: what, length }, 'x'.repeat(length));
const ends = (length: number): Need => need({ kind: 'suffix', of: what, length }, 'x'.repeat(length));
const has = (token: string): Need => need({ kind: 'member', of: what, path: [] }, token);
const range = need({ kind: 'range', of: attr('context', 'n'), level: 4 }, '7');
const network = need({ kind: 'network', of: what, family: 4, bits: 16 }, '\n\u0001');
const chosen = (needs: readonly Need[]): readonly Need[] | undefined => chooseKeys(needs)?.needs;

describe('chooseKeys', () => {
  it.each<[string, Need, Need]>([
    ['a text of three to a prefix of five', is(what, 'abc'), starts(5)],
    ['a prefix of seven to a text of three', starts(7), is(what, 'abc')],
    ['a text of three to a suffix of five', is(what, 'abc'), ends(5)],
    ['a suffix of seven to a text of three', ends(7), is(what, 'abc')],
    ['an item of seven to a prefix of nine', has('abcdefg'), starts(9)],
    ['a prefix of nine to an item of six', starts(9), has('abcdef')],
    ['a network of two bytes to a prefix of seven', network, starts(7)],
    ['a prefix of nine to a network of two bytes', starts(9), network],
    ['a prefix of three to a truth', starts(3), is(what, 'true')],
    ['a prefix of three to a falsehood', starts(3), is(what, 'false')],
    ['a prefix of three to null', starts(3), is(what, 'null')],
    ['a truth to a prefix of one', is(what, 'true'), starts(1)],
    ['a prefix to one of several texts', starts(7), is(what, 'abcd', 'abce')],
    ['one key to two', starts(8), is(what, 'abcd', MISSING)],
    ['one key to two, of what is as good as unique', starts(20), is(what, 'x'.repeat(40), MISSING)],
  ])('prefers %s', (_what, better, worse) => {
    expect(chosen([better, worse])).toEqual([better]);
    expect(chosen([worse, better])).toEqual([better]);
  });

  it('takes one attribute once', () => {
    expect(chosen([is(what, 'abc'), starts(9)])).toHaveLength(1);
  });

  it('combines two attributes, and the action', () => {
    const [role, action] = [is(attr('subject', 'role'), 'abc'), is(attr('action'), 'get')];
    expect(chosen([role, is(attr('resource'), 'abc'), action])).toHaveLength(3);
    expect(chosen([action])).toEqual([action]);
  });

  it('leaves the action out where the rest is as good as unique', () => {
    const needs = [is(attr('subject'), 'x'.repeat(10)), is(attr('resource'), 'abcd')];
    expect(chosen([...needs, is(attr('action'), 'get', 'put')])).toEqual(needs);
    expect(chosen([needs[0] as Need, is(attr('action'), 'get', 'put')])).toHaveLength(2);
  });

  it('combines the two that tell most, whichever they are', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name, at) => is(attr('context', name), 'x'.repeat(3 + at))) as [
      Need,
      Need,
      Need,
    ];
    for (const needs of [
      [a, b, c],
      [c, a, b],
      [b, c, a],
    ])
      expect(new Set(chosen(needs))).toEqual(new Set([b, c]));
  });

  it('combines none but the six that tell most', () => {
    const letters = Array.from('abcdef').map((name) =>
      is(attr('context', name), 'y'.repeat(5), 'x'.repeat(5), 'z'.repeat(5), 'w'.repeat(5), 'v'.repeat(5)),
    );
    const weak = is(attr('subject'), 'u', 't');
    // Any two of the first have 25 keys, so that none is combined but with the weak one, which is the seventh.
    expect(chosen([...letters, weak])).toHaveLength(1);
    expect(chosen([...letters.slice(1), weak])).toHaveLength(1);
    expect(chosen([is(attr('context', 'a'), 'y'.repeat(5), 'x'.repeat(5)), is(attr('subject'), 'uu')])).toHaveLength(2);
  });

  it.each<[string, readonly number[], number]>([
    ['sixteen keys of two', [4, 4], 16],
    ['one of two that would have more', [4, 5], 4],
    ['as many as 1,024 of one', [1_024], 1_024],
  ])('takes %s', (_what, counts, expected) => {
    const texts = (count: number, letter: string) => Array.from({ length: count }, (_, at) => letter.repeat(9) + at);
    const needs = counts.map((count, at) =>
      is(attr(at === 0 ? 'subject' : 'resource'), ...texts(count, 'ab'[at] as string)),
    );
    expect(chooseKeys(needs)?.keys).toBe(expected);
  });

  it('takes a range only where there would be no two without it', () => {
    const kinds = (...needs: readonly Need[]) =>
      chosen(needs)
        ?.map(({ slot }) => slot.kind)
        .toSorted();
    const text = is(what, 'ab', 'cd');
    expect(kinds(range)).toEqual(['range']);
    expect(kinds(range, text)).toEqual(['range', 'value']);
    expect(kinds(range, text, is(attr('resource'), 'ab'))).toEqual(['value', 'value']);
    expect(kinds(range, is(attr('action'), 'get'))).toEqual(['range', 'value']);
  });

  it.each<[string, readonly Need[]]>([
    ['there is no need', []],
    ['there are too many tokens', [is(what, ...Array.from({ length: 1_025 }, String))]],
    ['keys cannot be made of the slot', [is(call('hr.nameOf', what), 'a'), is(value('a'), 'a')]],
  ])('chooses nothing where %s', (_why, needs) => {
    expect(chooseKeys(needs)).toBeUndefined();
  });
});
