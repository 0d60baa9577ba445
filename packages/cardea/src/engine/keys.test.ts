import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, inquiryHitting, linksArb, templateArb, touchy } from '../../test/arbitrary.ts';
import { keyedInquiryArb, keyedPolicyArb, policyWith } from '../../test/keyed.ts';
import { and, attr, call, not, or, some, item, test, value } from '../ast/build.ts';
import type { Condition, Operand } from '../ast/condition.ts';
import { digest } from '../ast/digest.ts';
import type { Scalar } from '../ast/json.ts';
import { splitTemplate } from '../ast/template.ts';
import { policiesOfTemplate } from '../decide/links.ts';
import { evaluateCondition } from '../decide/reference.ts';
import { linkUid } from '../model/link.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { KeyShapes } from './key-shapes.ts';
import { keysOf, linkKeysOf, type PolicyKeys, RESIDUAL_KEY } from './keys.ts';
import { KEYS_VERSION } from './keys-version.ts';

const functions = functionTable([touchy]);
const role = attr('subject', 'role');
const ip = attr('context', 'ip');
const eq = (what: Operand, constant: Scalar): Condition => test('eq', what, value(constant));
const custom = test('isTrue', call('hr.isOnLeave', role));
const user = { kind: 'slot', name: 'user' } as const;
const doc = { kind: 'slot', name: 'doc' } as const;
const acl = policyWith(and(test('eq', attr('subject'), user), test('eq', attr('resource'), doc), eq(role, 'x')), {
  slots: ['user', 'doc'],
});

/** Whether deciding an inquiry would need the policy: its answer, or a diagnostic. */
function hasPart({ effect, condition }: LoweredPolicy, inquiry: Inquiry): boolean {
  const truth = evaluateCondition(condition, { inquiry, functions });
  return truth !== 'false' && (truth !== 'unknown' || effect === 'deny');
}

function finds({ keys }: PolicyKeys, inquiry: Inquiry, shapes: Iterable<string>): boolean {
  const asked = new KeyShapes(shapes).keysOf(inquiry);
  return asked === 'everything' || keys.some((key) => asked.includes(key));
}

function shapesOf({ shapes }: PolicyKeys): readonly string[] {
  return shapes.map((shape) => (JSON.parse(shape) as unknown[]).slice(1).map(String).join(' + ')).sort();
}

describe('keys-are-a-superset', () => {
  it('whoever has a part in a decision has a key that the inquiry asks for', () => {
    fc.assert(
      fc.property(
        fc.array(keyedPolicyArb, { minLength: 1, maxLength: 6 }),
        fc.array(keyedInquiryArb, { minLength: 1, maxLength: 4 }),
        (policies, inquiries) => {
          const filed = policies.map(keysOf);
          const shapes = filed.flatMap((each) => each.shapes);
          for (const inquiry of inquiries) {
            const involved = policies.map((policy) => hasPart(policy, inquiry));
            const missed = filed.filter((each, at) => involved[at] === true && !finds(each, inquiry, shapes));
            expect(missed).toEqual([]);
          }
        },
      ),
    );
  });

  it('so does every link of a template, and a template whose slots have nothing to be compared with', () => {
    const caseArb = templateArb.chain((template) =>
      fc.tuple(fc.constant(template), linksArb(template), inquiryArb, fc.boolean()),
    );
    fc.assert(
      fc.property(caseArb, ([written, links, inquiry, hit]) => {
        const lowered = lowerPolicy(written, { checker: defaultChecker(), functions });
        if (!lowered.ok) throw new Error('the generator makes valid templates');
        const template = lowered.value;
        const parts = splitTemplate(template.condition, template.slots ?? []);
        const [first] = links;
        const asked = hit && first !== undefined && parts.ok ? inquiryHitting(inquiry, parts.bindings, first) : inquiry;
        const filed = new Map([
          [template.uid, keysOf(template)],
          ...links.map((values) => [linkUid(template.uid, values), linkKeysOf(template, values)] as const),
        ]);
        const standing = policiesOfTemplate(template, links, { inquiry: asked, functions });
        const missed = standing.filter(({ uid, ...policy }) => {
          const keys = filed.get(uid) as PolicyKeys;
          return hasPart({ uid, ...policy }, asked) && !finds(keys, asked, keys.shapes);
        });
        expect(missed).toEqual([]);
      }),
    );
  });
});

describe('keysOf', () => {
  it.each<[string, Condition, readonly string[]]>([
    ['one attribute', eq(role, 'admin'), ['value,subject,role']],
    ['the action beside it', and(eq(attr('action'), 'get'), eq(role, 'admin')), ['value,action, + value,subject,role']],
    ['the action alone', eq(attr('action'), 'get'), ['value,action,']],
    [
      'the exact triple of an access list',
      and(eq(attr('action'), 'get'), eq(attr('resource'), 'd1'), eq(attr('subject'), 'u1')),
      ['value,action, + value,resource, + value,subject,'],
    ],
    [
      'the longest texts of many attributes',
      and(
        ...['ab', 'a', 'abc', 'abcdefgh', 'abcdefg'].map((text, at) => eq(attr('subject', `${at}`), text)),
        eq(ip, 'x'),
      ),
      ['value,subject,3 + value,subject,4'],
    ],
    [
      'alternatives by what they have in common',
      and(eq(attr('subject'), 'maximilian'), or(eq(role, 'a'), eq(ip, 'b'))),
      ['value,subject,'],
    ],
    [
      'alternatives that have nothing in common',
      or(eq(role, 'a'), eq(ip, 'b')),
      ['value,context,ip', 'value,subject,role'],
    ],
    [
      'a range beside one other',
      and(eq(role, 'a'), inRange(attr('subject', 'age'), 18, 65)),
      ['range,subject,age,6 + value,subject,role'],
    ],
    [
      'no range where there are two others',
      and(eq(role, 'a'), eq(ip, 'b'), inRange(attr('subject', 'age'), 18, 65)),
      ['value,context,ip + value,subject,role'],
    ],
    ['a range where there is nothing else', inRange(attr('subject', 'age'), 18, 65), ['range,subject,age,6']],
    [
      'truths and nulls are common',
      and(eq(role, true), eq(role, true), eq(attr('resource'), 'ab')),
      ['value,resource, + value,subject,role'],
    ],
  ])('files under %s', (_what, condition, expected) => {
    expect(shapesOf(keysOf(policyWith(condition)))).toEqual(expected);
  });

  function inRange(what: Operand, low: number, high: number): Condition {
    return and(test('ge', what, value(low)), test('le', what, value(high)));
  }

  it.each<[string, LoweredPolicy, number]>([
    ['one value', policyWith(eq(role, 'a')), 1],
    ['each of several values', policyWith(test('in', role, value(['a', 'b', 'c']))), 3],
    ['what is missing, for a deny policy', policyWith(eq(role, 'a'), { effect: 'deny' }), 2],
    [
      'all combinations of few',
      policyWith(
        and(test('in', attr('action'), value(['read', 'list'])), test('in', role, value(['admin', 'staff', 'guest']))),
      ),
      6,
    ],
    [
      'one attribute where combinations would be many',
      policyWith(and(test('in', attr('subject'), value(letters(5))), test('in', attr('resource'), value(letters(5))))),
      5,
    ],
    ['as many values as 1,024', policyWith(test('in', role, value(letters(1_024)))), 1_024],
    [
      'what alternatives have in common where each has too many',
      policyWith(
        or(
          ...[ip, attr('context', 'x')].map((what) =>
            and(test('in', role, value(letters(600))), test('in', what, value(letters(600)))),
          ),
        ),
      ),
      600,
    ],
    ['nothing for what never applies', policyWith(and(eq(role, 'a'), eq(role, 'b'))), 0],
  ])('makes a key for %s', (_what, policy, expected) => {
    const { keys } = keysOf(policy);
    expect(keys).toHaveLength(expected);
    expect(keys).not.toContain(RESIDUAL_KEY);
  });

  it.each<[string, Condition]>([
    ['nothing is known', custom],
    ['the values are too many', test('in', role, value(letters(1_025)))],
    ['one alternative is open', or(eq(role, 'a'), not(eq(role, 'b')))],
    [
      'the alternatives together have too many',
      or(test('in', role, value(letters(600))), test('in', ip, value(letters(600)))),
    ],
    ['the attribute has too long a name', eq(attr('subject', 'x'.repeat(200)), 'a')],
  ])('leaves a policy residual where %s', (_why, condition) => {
    expect(keysOf(policyWith(condition))).toEqual({ keys: [RESIDUAL_KEY], shapes: [] });
  });

  it('depends on nothing but the policy', () => {
    fc.assert(
      fc.property(keyedPolicyArb, (policy) => {
        const copy = JSON.parse(JSON.stringify(policy)) as LoweredPolicy;
        expect(keysOf(copy)).toEqual(keysOf(policy));
      }),
    );
  });

  it('makes short keys and shapes in ASCII, whatever the policy holds', () => {
    const nameArb = fc.string({ unit: 'binary', maxLength: 80 });
    const partArb = fc.tuple(nameArb, nameArb).map(([name, text]) => eq(attr('context', name), text));
    fc.assert(
      fc.property(fc.array(partArb, { minLength: 1, maxLength: 4 }), (parts) => {
        const { keys, shapes } = keysOf(policyWith(and(...parts)));
        expect(keys.filter((key) => !/^[0-9a-f]{16}$/.test(key))).toEqual([]);
        expect(shapes.filter((shape) => !/^[\x20-\x7e]{1,512}$/.test(shape))).toEqual([]);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it('means the same as when the version was given: raise KEYS_VERSION where this fails', () => {
    const member = some(attr('subject', 'groups'), 'g', eq(item('g', 'id'), 'staff'));
    const policies = [
      and(eq(attr('action'), 'get'), eq(role, 'admin')),
      and(test('cidr', ip, value('10.1.0.0/16')), test('startsWith', attr('resource'), value('doc:é'))),
      and(member, test('endsWith', attr('resource'), value('.pdf'))),
      inRange(attr('subject', 'age'), 18, 65),
      eq(call('lower', attr('subject')), 'σs'),
      test('cidr', ip, value('2001:db8::/32')),
      not(test('present', role)),
    ].flatMap((condition) => [policyWith(condition), policyWith(condition, { effect: 'deny' })]);
    const filed = [...policies.map(keysOf), linkKeysOf(acl, ['max', 1])];
    expect([KEYS_VERSION, RESIDUAL_KEY, digest(JSON.parse(JSON.stringify(filed)))]).toEqual([
      1,
      '0000000000000000',
      'c67c66f1434b664755bca95b76a59750a74371cba08a467df12449235b39f30c',
    ]);
  });
});

describe('linkKeysOf', () => {
  it('makes one key, of what the slots are compared with', () => {
    const { keys, shapes } = linkKeysOf(acl, ['max', 'd1']);
    expect(keys).toHaveLength(1);
    expect(shapesOf({ keys, shapes })).toEqual(['value,resource, + value,subject,']);
  });

  it('makes another key for other values', () => {
    const filed = [
      ['max', 'd1'],
      ['d1', 'max'],
      ['max', 1],
      ['max', null],
    ].map((values) => linkKeysOf(acl, values));
    expect(new Set(filed.flatMap(({ keys }) => keys)).size).toBe(4);
  });

  it('asks for one item of a list only once', () => {
    const contains = (slot: typeof user | typeof doc) =>
      some(attr('subject', 'groups'), 'x', test('eq', item('x'), slot));
    const both = policyWith(and(contains(user), contains(doc)), { slots: ['user', 'doc'] });
    expect(shapesOf(linkKeysOf(both, ['a', 'b']))).toEqual(['member,subject,groups,']);
  });

  it.each<[string, readonly number[], number]>([
    ['takes slots as long as the shape has 512 characters', [102, 102, 102, 102, 10], 4],
    ['leaves out a slot that would make it longer', [103, 102, 102, 102], 3],
    ['takes what stands behind such a slot', [103, 102, 102, 102, 90], 4],
    ['takes a slot that is as long as one may be', [144], 1],
    ['leaves out slots that are longer', [145, 10], 1],
    ['leaves a link residual where no slot can be used', [145], 0],
  ])('%s', (_rule, lengths, expected) => {
    const slots = lengths.map((_, at) => `s${at}`);
    const parts = lengths.map((length, at) => {
      const name = `${at}`.padEnd(length, 'x');
      return test('eq', attr('subject', name), { kind: 'slot', name: `s${at}` });
    });
    const { keys, shapes } = linkKeysOf(policyWith(and(...parts), { slots }), lengths);
    expect(shapes.flatMap((shape) => (JSON.parse(shape) as unknown[]).slice(1))).toHaveLength(expected);
    expect(shapes.filter((shape) => shape.length > 512)).toEqual([]);
    expect(keys.includes(RESIDUAL_KEY)).toBe(expected === 0);
  });

  it.each<[string, LoweredPolicy, readonly Scalar[], string]>([
    ['too few values', acl, ['max'], 'a link of `a` has 1 values for 2 slots'],
    ['too many values', acl, ['max', 'd1', 'x'], 'a link of `a` has 3 values for 2 slots'],
    ['values for a policy without slots', policyWith(eq(role, 'a')), [1], 'a link of `a` has 1 values for 0 slots'],
  ])('refuses %s', (_what, template, values, message) => {
    expect(() => linkKeysOf(template, values)).toThrow(
      expect.objectContaining({ code: 'CARDEA_INVALID_LINK', message }),
    );
  });

  it('refuses what nobody has read as a template', () => {
    const broken = policyWith(eq(role, 'a'), { slots: ['user'] });
    expect(() => keysOf(broken)).toThrow('template `a`: slot `user` stands nowhere');
  });

  it('finds a template alone only where something is missing, and where that matters', () => {
    const deny = { ...acl, effect: 'deny' } as const;
    expect(keysOf(acl)).toEqual({ keys: [], shapes: [] });
    expect(shapesOf(keysOf(deny)).every((shape) => /no value,(subject|resource),/.test(shape))).toBe(true);
    const missing: Inquiry = { subject: { role: 'x' } };
    expect(finds(keysOf(deny), missing, keysOf(deny).shapes)).toBe(true);
  });
});

function letters(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `v${at}`);
}
