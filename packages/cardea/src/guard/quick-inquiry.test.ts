import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb } from '../../test/arbitrary.ts';
import { attributes, entity } from '../model/entity.ts';
import { ObjectInquiry } from '../model/object-inquiry.ts';
import { parseInquiry } from '../syntax/validate.ts';
import { readInquiry } from './question.ts';
import { quickInquiry } from './quick-inquiry.ts';

/** Inquiries, nearly inquiries, and other things. */
const anythingArb: fc.Arbitrary<unknown> = fc.oneof(
  inquiryArb,
  fc.anything({ withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true, withBigInt: true }),
  fc.dictionary(
    fc.constantFrom('subject', 'action', 'resource', 'context', '__proto__', 'toString', 'other'),
    fc.anything({ withDate: true, withNullPrototype: true, withSparseArray: true, maxDepth: 5 }),
    { maxKeys: 4 },
  ),
);

const own = (name: string, descriptor: PropertyDescriptor): object => Object.defineProperty({}, name, descriptor);

function nested(levels: number): object {
  return levels === 0 ? {} : { a: nested(levels - 1) };
}

const FIFTY = Array.from({ length: 50 }, () => 1);

describe('quickInquiry', () => {
  it('quick-reading-is-reading: what it gives is what parseInquiry gives', () => {
    fc.assert(
      fc.property(anythingArb, (input) => {
        const quick = quickInquiry(input);
        if (quick !== undefined) expect(parseInquiry(input)).toEqual({ ok: true, value: quick });
      }),
    );
  });

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['three texts', { subject: 'max', action: 'get', resource: 'book' }],
    ['other scalars', { subject: null, action: true, resource: -1.5 }],
    ['entities', { subject: entity('user', 'max', { tags: ['a', 1, null] }), resource: entity('book', '7') }],
    ['dictionaries', { subject: { role: 'admin', address: { city: 'Delft' } }, context: { ip: '10.0.0.1' } }],
    ['dictionaries that are no entities', { subject: attributes({ type: 'user', id: 'max' }) }],
    [
      'dictionaries without a prototype',
      Object.assign(Object.create(null) as object, { subject: Object.create(null) }),
    ],
    ['long lists', { subject: { groups: Array.from({ length: 1_000 }, (_, at) => `g${at}`) } }],
    ['a list of dictionaries', { subject: [{ role: 'admin' }, {}] }],
    ['an own member `__proto__`', { subject: JSON.parse('{"__proto__": {"role": "admin"}}') as unknown }],
  ])('reads %s', (_, input) => {
    const quick = quickInquiry(input);
    expect(quick).not.toBe(undefined);
    expect(parseInquiry(input)).toEqual({ ok: true, value: quick });
  });

  it.each<[string, unknown]>([
    ['a number that is none', { subject: { age: Number.NaN } }],
    ['an infinite number', { context: { age: Number.NEGATIVE_INFINITY } }],
    ['a member that is undefined', { subject: undefined }],
    ['a hole', { subject: Array(1) }],
    ['an unknown member', { subject: 'max', contxt: {} }],
    ['a context that is no dictionary', { context: 'ip' }],
    ['a context that is a list', { context: [] }],
    ['a date', { context: { at: new Date(0) } }],
    ['what nests deep', { subject: nested(4) }],
    [
      'what has many members',
      { subject: Object.fromEntries(Array.from({ length: 2_001 }, (_, at) => [`a${at}`, at])) },
    ],
    ['what has many items', { subject: Array.from({ length: 2_001 }, () => 1) }],
    ['a part that stands in many places', { subject: Array.from({ length: 50 }, () => FIFTY) }],
    ['a hidden brand', { subject: own(Symbol.for('cardea.attributes') as never, { value: true }) }],
  ])('leaves %s to parseInquiry', (_, input) => {
    expect(quickInquiry(input)).toBe(undefined);
  });

  it('reads every part once, so that what is checked is what is decided over', () => {
    let reads = 0;
    const get = (): number => (reads++ === 0 ? 1 : Number.NaN);
    expect(quickInquiry({ subject: own('age', { get, enumerable: true }) })).toEqual({ subject: { age: 1 } });
  });

  it('shares nothing with its input', () => {
    const input = { subject: { roles: ['user'], address: { city: 'Delft' } } };
    const quick = quickInquiry(input);
    input.subject.roles.push('admin');
    input.subject.address.city = 'Leiden';
    expect(quick).toEqual({ subject: { roles: ['user'], address: { city: 'Delft' } } });
  });

  it('takes as it is what the library itself made of copies', () => {
    const made = new ObjectInquiry(entity('user', 'max'), 'get', { age: 1 });
    expect(quickInquiry(made)).toBe(made);
    const read = readInquiry(made);
    expect(read).toEqual({ inquiry: { subject: made.subject, action: 'get', resource: { age: 1 } }, problems: [] });
    expect([read.inquiry.resource === made.resource, Object.isFrozen(read.inquiry.resource)]).toEqual([false, true]);
  });

  it('takes nothing from the prototype of all objects', () => {
    const polluted = Object.prototype as Record<string, unknown>;
    try {
      polluted['subject'] = { role: 'admin' };
      expect(Object.hasOwn(quickInquiry({ action: 'get' }) ?? {}, 'subject')).toBe(false);
      expect(Object.hasOwn((quickInquiry({ resource: {} })?.resource ?? {}) as object, 'subject')).toBe(false);
    } finally {
      delete polluted['subject'];
    }
  });
});
