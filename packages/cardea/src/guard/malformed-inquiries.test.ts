import { describe, expect, it } from 'vitest';
import { allowing } from '../../test/policies.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Policy } from '../model/policy.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { Guard } from './guard.ts';

/** Applies to whatever may be asked, so that only a refusal keeps an inquiry from being allowed. */
const everything: Policy = allowing('everything', {
  subjects: [{ $present: true }, { $absent: true }],
  actions: [{ $present: true }, { $absent: true }],
  resources: [{ $present: true }, { $absent: true }],
});

const throwing = (): never => {
  throw new Error('a trap');
};

function cycle(): object {
  const one: Record<string, unknown> = {};
  // Two ways round: following them to a fixed depth would take exponential time.
  one['left'] = one;
  one['right'] = [one];
  return one;
}

function nested(levels: number): object {
  let value = {};
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
}

class Account {
  role = 'admin';
}

const MALFORMED: readonly (readonly [what: string, inquiry: unknown, message: string])[] = [
  ['nothing', undefined, 'an inquiry is a dictionary, not a undefined'],
  ['null', null, 'an inquiry is a dictionary, not a null'],
  ['a text', 'max', 'an inquiry is a dictionary, not a string'],
  ['a list', [{ subject: 'max' }], 'an inquiry is a dictionary, not a list'],
  ['a function', () => ({ subject: 'max' }), 'an inquiry is a dictionary, not a function'],
  ['a promise of an inquiry', Promise.resolve({ subject: 'max' }), 'an inquiry is a dictionary, not a class instance'],
  ['a misspelt member', { subject: 'max', contxt: {} }, 'contxt: unknown member `contxt`'],
  [
    'an own member `__proto__`',
    JSON.parse('{"__proto__": {"subject": "max"}}'),
    '__proto__: unknown member `__proto__`',
  ],
  ['a context that is a list', { context: [] }, 'context: a context is a dictionary, not a list'],
  ['a context that is a text', { context: 'ip=1' }, 'context: a context is a dictionary, not a string'],
  ['a context of null', { context: null }, 'context: a context is a dictionary, not a null'],
  ['NaN', { subject: { age: Number.NaN } }, 'subject.age: `NaN` is no JSON number'],
  ['Infinity', { resource: [Number.POSITIVE_INFINITY] }, 'resource[0]: `Infinity` is no JSON number'],
  ['a bigint', { subject: 1n }, 'subject: a bigint is no JSON value'],
  ['a symbol', { subject: Symbol('max') }, 'subject: a symbol is no JSON value'],
  ['a function within', { subject: { is: () => true } }, 'subject.is: a function is no JSON value'],
  ['undefined in a list', { subject: ['a', undefined] }, 'subject[1]: a undefined is no JSON value'],
  ['a hole in a list', { subject: Array(1) }, 'subject[0]: a undefined is no JSON value'],
  ['a date', { context: { at: new Date(0) } }, 'context.at: a class instance is no JSON value'],
  ['a map', { subject: new Map([['role', 'admin']]) }, 'subject: a class instance is no JSON value'],
  ['a class instance', { subject: new Account() }, 'subject: a class instance is no JSON value'],
  ['a cycle with two ways', { subject: cycle() }, 'subject.left: contains itself'],
  ['a cycle through the inquiry', cyclicInquiry(), 'contains itself'],
  ['great depth', { resource: nested(5000) }, 'nests deeper than 64 levels'],
  [
    'a getter that throws',
    {
      subject: {
        get role(): string {
          return throwing();
        },
      },
    },
    'the inquiry cannot be read: a trap',
  ],
  [
    'a getter that throws at the top',
    {
      get subject(): string {
        return throwing();
      },
    },
    'the inquiry cannot be read: a trap',
  ],
  ['a proxy that throws', new Proxy({}, { ownKeys: throwing }), 'the inquiry cannot be read: a trap'],
  [
    'a proxy within that throws',
    { subject: new Proxy({}, { getPrototypeOf: throwing }) },
    'the inquiry cannot be read: a trap',
  ],
  ['a revoked proxy', revoked(), 'the inquiry cannot be read: '],
];

function cyclicInquiry(): object {
  const inquiry: Record<string, unknown> = {};
  inquiry['context'] = { inquiry };
  return inquiry;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('a malformed inquiry', () => {
  it('is refused by the guard alone: the same policy allows what is well-formed', async () => {
    const guard = new Guard(new MemoryStorage([everything]));
    for (const inquiry of [{}, { subject: null }, { context: {} }, { subject: nested(60) }]) {
      expect(await guard.isAllowed(inquiry as Inquiry)).toBe(true);
      expect(guard.allows(inquiry as Inquiry)).toBe(true);
    }
  });

  it.each(MALFORMED)(
    'is a decision with a diagnostic, never an allow or an exception: %s',
    async (_, input, message) => {
      const guard = new Guard(new MemoryStorage([everything]));
      const inquiry = input as Inquiry;
      const decision = await guard.check(inquiry);
      expect(decision).toMatchObject({ allowed: false, outcome: 'indeterminate', deciders: [], revision: 1 });
      expect(decision.diagnostics).toMatchObject([
        { kind: 'error', message: expect.stringContaining(message) as string },
      ]);
      expect(guard.decide(inquiry)).toEqual(decision);
      expect([await guard.isAllowed(inquiry), guard.allows(inquiry)]).toEqual([false, false]);
      expect((await guard.explain(inquiry)).decision).toEqual(decision);
    },
  );

  it('may have many faults and still gives one short diagnostic', async () => {
    const inquiry = { subject: Array.from({ length: 10_000 }, () => Number.NaN) };
    const [diagnostic] = (await new Guard(new MemoryStorage([everything])).check(inquiry)).diagnostics;
    expect(diagnostic?.message).toContain('(and 9999 more)');
    expect(diagnostic?.message.length).toBeLessThan(200);
  });

  it('reads own members only: what a prototype says was not asked', async () => {
    const guard = new Guard(new MemoryStorage([allowing('admins', { subjects: [{ role: 'admin' }] })]));
    const rest = { action: 'get', resource: 'book' };
    const inherited = Object.assign(Object.create({ subject: { role: 'admin' } }) as object, rest);
    expect(await guard.isAllowed(inherited)).toBe(false);
    const inside = Object.assign(Object.create({ role: 'admin' }) as object, { name: 'eve' });
    expect(await guard.isAllowed({ ...rest, subject: inside })).toBe(false);
    expect(await guard.isAllowed({ ...rest, subject: JSON.parse('{"__proto__": {"role": "admin"}}') as never })).toBe(
      false,
    );
  });
});
