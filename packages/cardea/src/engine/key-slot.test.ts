import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attr, call, value } from '../ast/build.ts';
import type { AttrOperand, Operand } from '../ast/condition.ts';
import { formatSlot, parseSlot, slotTokens } from './key-slot.ts';
import { MISSING, type Slot } from './slot.ts';

const pathArb = fc.array(fc.string({ unit: 'binary', maxLength: 8 }), { maxLength: 3 });
const attributeArb = fc
  .tuple(fc.constantFrom('subject', 'action', 'resource', 'context'), pathArb)
  .map(([of, path]): AttrOperand => ({ kind: 'attr', of, path }));
const operandArb = fc.oneof(
  attributeArb,
  attributeArb.map((operand) => call('lower', operand)),
);
const slotArb: fc.Arbitrary<Slot> = operandArb.chain((of) =>
  fc.oneof<fc.Arbitrary<Slot>[]>(
    fc.constant({ kind: 'value', of }),
    pathArb.map((path) => ({ kind: 'member', of, path })),
    fc
      .tuple(fc.constantFrom('prefix' as const, 'suffix' as const), fc.integer({ min: 1, max: 32 }))
      .map(([kind, length]) => ({ kind, of, length })),
    fc.constantFrom<Slot>({ kind: 'network', of, family: 4, bits: 32 }, { kind: 'network', of, family: 6, bits: 128 }),
    fc.integer({ min: -16, max: 1_024 }).map((level) => ({ kind: 'range', of, level })),
  ),
);
const parsed = (text: string): unknown => parseSlot(JSON.parse(text));

describe('a slot as text', () => {
  it('slot-round-trip: says what it was made of', () => {
    fc.assert(
      fc.property(slotArb, fc.boolean(), (slot, missing) => {
        const text = formatSlot(slot, missing);
        fc.pre(text !== undefined);
        expect(parsed(text)).toEqual({ slot, missing });
        expect(text).toMatch(/^[\x20-\x7e]{1,168}$/);
      }),
    );
  });

  it.each<[Slot, boolean, string]>([
    [{ kind: 'value', of: attr('context', 'é', '\u007f') }, false, '["value","context",["\\u00e9","\\u007f"]]'],
    [
      { kind: 'member', of: attr('subject', 'groups'), path: ['id'] },
      true,
      '["no member","subject",["groups"],["id"]]',
    ],
    [{ kind: 'prefix', of: call('lower', attr('resource')), length: 4 }, true, '["no lower prefix","resource",[],4]'],
    [{ kind: 'network', of: attr('context', 'ip'), family: 4, bits: 16 }, false, '["network","context",["ip"],4,16]'],
    [{ kind: 'range', of: attr('context', 'n'), level: -2 }, false, '["range","context",["n"],-2]'],
  ])('%j, missing: %s', (slot, missing, expected) => {
    expect(formatSlot(slot, missing)).toBe(expected);
  });

  it.each<[string, Operand]>([
    ['another function than `lower`', call('hr.nameOf', attr('subject'))],
    ['`lower` of two', call('lower', attr('subject'), attr('subject'))],
    ['`lower` of no attribute', call('lower', call('lower', attr('subject')))],
    ['a constant', value('a')],
    ['a name that is too long', attr('subject', 'x'.repeat(145))],
  ])('there is none for %s', (_what, of) => {
    expect(formatSlot({ kind: 'value', of }, false)).toBeUndefined();
  });

  it('may have 168 characters', () => {
    expect(formatSlot({ kind: 'value', of: attr('subject', 'x'.repeat(144)) }, false)).toHaveLength(168);
  });

  it.each([
    'null',
    '{"0":"value","1":"subject","2":[]}',
    '[]',
    '[1,"subject",[]]',
    '["value","subject"]',
    '["value","subject","role"]',
    '["value","subject",[1]]',
    '["value","person",[]]',
    '["value","subject",[],1]',
    '["values","subject",[]]',
    '["no no value","subject",[]]',
    '["lower lower value","subject",[]]',
    '["member","subject",[]]',
    '["member","subject",[],[1]]',
    '["member","subject",[],[],[]]',
    '["prefix","subject",[]]',
    '["prefix","subject",[],0]',
    '["prefix","subject",[],1001]',
    '["suffix","subject",[],1.5]',
    '["suffix","subject",[],"1"]',
    '["prefix","subject",[],1,1]',
    '["network","subject",[],5,8]',
    '["network","subject",[],4]',
    '["network","subject",[],4,0]',
    '["network","subject",[],4,12]',
    '["network","subject",[],4,40]',
    '["network","subject",[],6,136]',
    '["network","subject",[],6,128,1]',
    '["range","subject",[],-1101]',
    '["range","subject",[],1101]',
    '["range","subject",[],1,1]',
  ])('is nothing else: %s', (text) => {
    expect(parsed(text)).toBeUndefined();
  });
});

describe('slotTokens', () => {
  const lowered: Slot = { kind: 'value', of: call('lower', attr('subject')) };

  it.each([
    ['a text', 'Ὀδυσσεύς', ['ὀδυσσεύσ']],
    ['no text', 7, [MISSING]],
  ])('reads %s in lower case as rules do', (_what, subject, expected) => {
    expect(slotTokens(lowered, { subject })).toEqual(expected);
  });

  it('reads attributes of entities', () => {
    const inquiry = { subject: { type: 'user', id: 'a', properties: { role: 'x' } } };
    expect(slotTokens({ kind: 'value', of: attr('subject') }, inquiry)).toEqual(['user:a']);
    expect(slotTokens({ kind: 'value', of: attr('subject', 'role') }, inquiry)).toEqual(['x']);
  });
});
