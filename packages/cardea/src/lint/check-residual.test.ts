import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyArb, touchy } from '../../test/arbitrary.ts';
import { keysOf, RESIDUAL_KEY } from '../engine/keys.ts';
import type { Element, Policy } from '../model/policy.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { lint } from './lint.ts';

const options = { checker: defaultChecker(), functions: functionTable([touchy]) };
const any: readonly Element[] = [{ $any: true }];
const open: Policy = { uid: 'a', effect: 'allow', subjects: any, actions: any, resources: ['<.+>.pdf'] };

function residual(over: Partial<Policy>): readonly string[] {
  const found = lint([{ ...open, ...over }], options).filter(({ code }) => code === 'residual-policy');
  return found.map(({ message }) => message.slice('is held against every inquiry: '.length, message.indexOf(';')));
}

describe('residual-policy', () => {
  it('says why, for each field, and what would help', () => {
    const [found] = lint([open], options).filter(({ code }) => code === 'residual-policy');
    expect(found).toEqual({
      code: 'residual-policy',
      severity: 'info',
      uid: 'a',
      path: [],
      message:
        'is held against every inquiry: `subject` may be anything, `action` may be anything, ' +
        '`resource` has a pattern that begins with no literal text; ' +
        'an `$eq`, `$in`, `$startsWith`, `$cidr` or a range of two numbers on any of them would let it be looked up',
    });
  });

  it.each<[string, Element, string]>([
    ['a negation', { role: { $notEq: 'x' } }, '`subject.role` is only told what not to be'],
    ['a negated list', { role: { $notIn: ['x'] } }, '`subject.role` is only told what not to be'],
    [
      'a negated conjunction',
      { role: { $not: { $and: [{ $eq: 1 }, { $eq: 2 }] } } },
      '`subject.role` is only told what not to be',
    ],
    [
      'a negated disjunction',
      { $not: { $or: [{ $eq: 'x' }, { $contains: 'y' }] } },
      '`subject` is only told what not to be',
    ],
    ['a double negation', { n: { $not: { $not: { $less: 3 } } } }, '`subject.n` has one bound only'],
    ['a lower bound', { n: { $greater: 3 } }, '`subject.n` has one bound only'],
    ['bounds that are texts', { n: { $greater: 'a', $less: 'b' } }, '`subject.n` has one bound only'],
    ['a text inside', { n: { $contains: 'x' } }, '`subject.n` must only contain a text'],
    ['a pattern', { n: { $regexMatch: '^[ab]+$' } }, '`subject.n` has a pattern that begins with no literal text'],
    ['a pattern of several', '<[a-z]+>', '`subject` has a pattern that begins with no literal text'],
    ['a large network', { ip: { $cidr: '0.0.0.0/7' } }, '`subject.ip` may be in a large part of all networks'],
    [
      'an attribute compared with another',
      { a: { $eq: { $resource: ['b'] } } },
      '`subject.a` is compared with `resource.b`',
    ],
    ['a function', { a: { $custom: ['test.touchy'] } }, '`test.touchy(subject.a)` is known only when it is asked'],
    ['a time', { at: { $before: '2026-12-01T00:00:00Z' } }, '`instant(subject.at)` is known only when it is asked'],
    [
      'a long list',
      { a: { $in: Array.from({ length: 1_025 }, (_, at) => at) } },
      '`subject.a` has more than 1024 values',
    ],
    ['items of which none may be something', { tags: { $noneIn: ['x'] } }, '`member` is only told what not to be'],
    ['presence', { a: { $present: true } }, '`subject.a` may be anything'],
    ['truth', { a: { $truthy: true } }, '`subject.a` may be anything'],
    ['one alternative of several', { a: { $or: [{ $eq: 1 }, { $greater: 3 }] } }, '`subject.a` has one bound only'],
  ])('names %s', (_what, element, expected) => {
    expect(residual({ subjects: [element] })).toEqual([
      `${expected}, \`action\` may be anything, \`resource\` has a pattern that begins with no literal text`,
    ]);
  });

  it('names the open element of a field, and every open member of the context', () => {
    expect(
      residual({ subjects: ['max', { role: { $notEq: 'x' } }], context: { a: { $less: 1 }, b: { $greater: 'x' } } }),
    ).toEqual([
      '`subject.role` is only told what not to be, `action` may be anything, ' +
        '`resource` has a pattern that begins with no literal text, `context.a` has one bound only, `context.b` has one bound only',
    ]);
  });

  it('names five reasons at most', () => {
    const context = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, { $less: 1 }]));
    expect(residual({ context })[0]).toMatch(/`context\.b` has one bound only and 2 more$/);
  });

  it('says so where there are many alternatives of different attributes', () => {
    const subjects = Array.from({ length: 17 }, (_, at) => ({ [`a${at}`]: 'x', [`b${at}`]: 'y' }));
    expect(residual({ subjects })[0]).toMatch(/^there are many alternatives and no attribute that all of them test, /);
  });

  it.each<[string, Partial<Policy>]>([
    ['one field can be looked up', { actions: ['get'] }],
    ['a pattern begins with a literal text', { resources: ['docs:<.+>'] }],
    ['a member of the context can be looked up', { context: { n: { $greater: 1, $less: 3 } } }],
    ['it never applies', { subjects: [{ $neither: true }] }],
    ['it is for everything, which is said already', { resources: any }],
    ['it is a template, found by its links', { subjects: [{ $slot: 'user' }], slots: ['user'] }],
  ])('is not found where %s', (_why, over) => {
    expect(residual(over)).toEqual([]);
  });

  it('residual ≡ without keys: finds whatever has no other key than that of residual policies', () => {
    fc.assert(
      fc.property(policyArb, (policy) => {
        const lowered = lowerPolicy(policy, options);
        fc.pre(lowered.ok);
        const isFiled = !keysOf(lowered.value).keys.includes(RESIDUAL_KEY);
        const codes = lint([policy], options).map(({ code }) => code);
        fc.pre(!codes.some((code) => code === 'unreachable' || code === 'allow-all' || code === 'deny-all'));
        expect(codes.includes('residual-policy')).toBe(!isFiled);
      }),
    );
  });
});
