import { describe, expect, it } from 'vitest';
import { formatIssue, type Issue } from '../errors.ts';
import { attributes, isAttributes } from '../model/entity.ts';
import { copyJson } from './copy-json.ts';
import { parseInquiry, parsePolicies, parsePolicy } from './validate.ts';

const POLICY = { uid: 'a', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['book'] };
const MANY = 200_000;

function issuesOf(input: unknown): readonly string[] {
  const issues: Issue[] = [];
  copyJson(input, { step: undefined, issues }, { code: 'CARDEA_INVALID_INQUIRY', undefinedMembers: 'absent' });
  return issues.map(formatIssue);
}

/** Two ways to each level: what stands in memory once counts a billion times. */
function shared(levels: number): unknown {
  let value: unknown = 'leaf';
  for (let level = 0; level < levels; level++) value = { left: value, right: [value] };
  return value;
}

describe('work is bounded by the number of values', () => {
  it.each<[string, unknown]>([
    ['parts that are shared at each level', shared(30)],
    ['a list of holes', Object.assign([], { length: 2 ** 32 - 1 })],
    ['many members', Array.from({ length: 1001 }, () => Array(1000).fill(0))],
  ])('%s', (_, input) => {
    expect(issuesOf({ input })).toEqual([
      'holds more than 1000000 values, shared ones counted each time [CARDEA_INVALID_INQUIRY]',
    ]);
  });

  it('a million values are no problem', () => {
    expect(issuesOf(Array.from({ length: 999 }, () => Array(1000).fill(0)))).toEqual([]);
  });
});

describe('what is checked is what is copied', () => {
  it('a getter is asked once', () => {
    let asked = 0;
    const subject = {
      get role(): unknown {
        asked += 1;
        return asked === 1 ? 'reader' : new Date(0);
      },
    };
    expect(parseInquiry({ subject })).toEqual({ ok: true, value: { subject: { role: 'reader' } } });
  });

  it('members that are not enumerable or named by a symbol are not there', () => {
    const subject: Record<string | symbol, unknown> = { name: 'max', [Symbol('cycle')]: undefined };
    subject[Symbol('cycle')] = subject;
    Object.defineProperty(subject, 'role', { value: new Date(0), enumerable: false });
    const parsed = parseInquiry({ subject });
    expect(parsed.ok && Reflect.ownKeys(parsed.value.subject as object)).toEqual(['name']);
  });

  it('the brand of attributes stays, and only as an own member', () => {
    const branded = attributes({ type: 'a', id: 'b' });
    const inherited = Object.assign(Object.create(branded) as object, { type: 'a', id: 'b' });
    const copied = parseInquiry({ subject: branded, resource: { type: 'a', id: 'b' } });
    expect(copied.ok && [isAttributes(copied.value.subject), isAttributes(copied.value.resource)]).toEqual([
      true,
      false,
    ]);
    expect(isAttributes(inherited)).toBe(false);
  });

  it('a policy does not inherit its members', () => {
    const { effect, ...rest } = POLICY;
    const heir = Object.assign(Object.create(Object.assign(Object.create(null), { effect })) as object, rest);
    expect(parsePolicy(heir)).toMatchObject({ ok: false, issues: [{ path: ['effect'] }] });
  });
});

describe('a condition of a policy does not vanish because its value is undefined', () => {
  it.each<[string, object, (string | number)[]]>([
    ['an attribute', { subjects: [{ role: 'reader', tenant: undefined }] }, ['subjects', 0, 'tenant']],
    ['a rule', { subjects: [{ age: { $any: true, $less: undefined } }] }, ['subjects', 0, 'age', '$less']],
    [
      'an argument',
      { resources: [{ owner: { $notEq: { $subject: undefined } } }] },
      ['resources', 0, 'owner', '$notEq', '$subject'],
    ],
    ['a member of the context', { context: { ip: undefined } }, ['context', 'ip']],
    [
      'a limit of a time window',
      { context: { now: { $timeWindow: { from: undefined } } } },
      ['context', 'now', '$timeWindow', 'from'],
    ],
  ])('%s', (_, members, path) => {
    const message = 'is undefined; leave it out, or write null';
    expect(parsePolicy({ ...POLICY, ...members })).toMatchObject({ ok: false, issues: [{ path, message }] });
  });

  it('but an optional member of the policy itself may be undefined', () => {
    expect(parsePolicy({ ...POLICY, description: undefined, context: undefined })).toEqual({ ok: true, value: POLICY });
  });
});

describe('parsing never throws', () => {
  it.each<[string, object]>([
    ['many arguments of a function', { subjects: [{ age: { $custom: ['f', ...Array<number>(MANY).fill(0)] } }] }],
    ['many names of an attribute', { subjects: [{ age: { $eq: { $subject: Array(MANY).fill('a') } } }] }],
  ])('%s', (_, members) => {
    expect(parsePolicy({ ...POLICY, ...members }).ok).toBe(true);
  });

  it('names the policy that cannot be read, and reads the others', () => {
    const trap = Object.defineProperty({ ...POLICY }, 'uid', {
      enumerable: true,
      get: () => {
        throw new Error('a trap');
      },
    });
    const parsed = parsePolicies([POLICY, trap, { ...POLICY, uid: '' }]);
    expect(parsed.ok ? [] : parsed.issues.map(formatIssue)).toEqual([
      '[1]: the policy cannot be read: a trap [CARDEA_INVALID_POLICY]',
      '[2].uid: must be a string that is not empty, not `` [CARDEA_INVALID_POLICY]',
    ]);
  });
});
