import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { inquiryArb, policiesArb, touchy } from '../../test/arbitrary.ts';
import { decide } from '../decide/decide.ts';
import { conclude } from '../decide/conclude.ts';
import { indexed } from '../engine/indexed.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Json } from '../ast/json.ts';
import type { Finding } from '../model/finding.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import { markPrepared } from '../model/prepared.ts';
import { concludedOf } from '../model/repeated-findings.ts';
import { readStoredPolicy } from '../guard/stored-policy.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { PrincipalEngine } from './principal-engine.ts';

const functions = functionTable([touchy]);
const reading = { checker: defaultChecker(), functions };
const options = { combining: 'deny-overrides', unknownDeny: 'ignore', functions, revision: 1 } as const;
const engineOf = (): PrincipalEngine => new PrincipalEngine(indexed(functions), functions);

const loweredArb: fc.Arbitrary<readonly LoweredPolicy[]> = policiesArb.map((policies) =>
  policies.map((policy) => readStoredPolicy(policy, reading).lowered),
);
const lowered = (uid: string): LoweredPolicy =>
  readStoredPolicy(
    { uid, effect: 'allow', subjects: [{ $any: true }], actions: ['get'], resources: [{ $any: true }] },
    reading,
  ).lowered;

/** Subjects that are known by identity, and actions as texts: what is compiled. */
const preparedArb = inquiryArb.map((inquiry): Inquiry => {
  const { subject } = inquiry;
  const known = typeof subject === 'object' && subject !== null ? markPrepared(subject) : markPrepared({ a: 'a' });
  return { ...inquiry, subject: known, action: typeof inquiry.action === 'string' ? inquiry.action : 'get' };
});

describe('the engine of principals', () => {
  test('compiled ≡ reference', () => {
    fc.assert(
      fc.property(loweredArb, fc.array(preparedArb, { minLength: 1, maxLength: 3 }), (policies, inquiries) => {
        const engine = engineOf();
        engine.load(policies);
        // Twice: the second time over what was compiled the first time.
        for (const inquiry of [...inquiries, ...inquiries]) {
          const expected = decide(policies, inquiry, options);
          expect(conclude(engine.find(inquiry), inquiry, options)).toEqual(expected);
          expect(engine.allows(inquiry, 'error')).toBe(expected.allowed);
          const strict = decide(policies, inquiry, { ...options, unknownDeny: 'deny' });
          expect(engine.allows(inquiry, 'error-or-unknown')).toBe(strict.allowed);
        }
      }),
    );
  });

  test('a change is seen by the next decision', () => {
    fc.assert(
      fc.property(loweredArb, loweredArb, preparedArb, (before, after, inquiry) => {
        const engine = engineOf();
        engine.load(before);
        engine.find(inquiry);
        engine.apply([
          ...before.map(({ uid }) => ({ type: 'remove', uid }) as const),
          ...after.map((policy) => ({ type: 'put', policy }) as const),
        ]);
        expect(conclude(engine.find(inquiry), inquiry, options)).toEqual(decide(after, inquiry, options));
      }),
      { numRuns: 50 },
    );
  });

  test('what a load that failed has read is not there', () => {
    const inner = indexed(functions);
    const load = vi.spyOn(inner, 'load');
    const engine = new PrincipalEngine(inner, functions);
    const policies = [lowered('a'), lowered('b')];
    load.mockImplementationOnce(([...read]) => {
      throw new Error(`read ${read.length}`);
    });
    expect(() => engine.load(policies)).toThrow('read 2');
    const inquiry = { subject: markPrepared({ a: 1 }), action: 'get', resource: 'x' };
    expect(engine.find(inquiry)).toEqual([]);
    engine.load(policies.toReversed());
    expect(engine.find({ ...inquiry, subject: markPrepared({ a: 1 }) }).map(({ uid }) => uid)).toEqual(['b', 'a']);
    expect(engine.get('a')).toEqual(policies[0]);
  });

  test('a policy that is put again stays where it stands, and one that was removed in between does not', () => {
    const engine = engineOf();
    engine.load([lowered('a'), lowered('b'), lowered('c')]);
    const order = (): readonly string[] =>
      engine.find({ subject: markPrepared({ a: 1 }), action: 'get', resource: 'x' }).map(({ uid }) => uid);
    engine.apply([{ type: 'put', policy: lowered('a') }]);
    expect(order()).toEqual(['a', 'b', 'c']);
    engine.apply([
      { type: 'remove', uid: 'a' },
      { type: 'put', policy: lowered('a') },
    ]);
    expect(order()).toEqual(['b', 'c', 'a']);
  });

  test('findings are one list where they are the same, of which nothing is remembered where something failed', () => {
    const engine = engineOf();
    const { lowered: touched } = readStoredPolicy(
      {
        uid: 't',
        effect: 'deny',
        subjects: [{ $any: true }],
        actions: ['get'],
        resources: [{ a: { $custom: ['test.touchy'] } }],
      },
      reading,
    );
    engine.load([lowered('a'), touched]);
    const subject = markPrepared({ a: 1 });
    const found = (a: unknown): readonly Finding[] => engine.find({ subject, action: 'get', resource: { a } as Json });
    expect(found(1)).toBe(found(2));
    expect(found(false)).toBe(found(false));
    expect(found(1).map(({ uid }) => uid)).toEqual(['a', 't']);
    expect(concludedOf(found(1))).toBeDefined();
    expect(found('x').map(({ truth }) => truth)).toEqual(['true', 'error']);
    expect(concludedOf(found('x'))).toBeUndefined();
  });

  test('more lists than are remembered are right all the same', () => {
    const engine = engineOf();
    const names = Array.from({ length: 12 }, (_, at) => `n${at}`);
    const policies = names.map(
      (name) =>
        readStoredPolicy(
          { uid: name, effect: 'allow', subjects: [{ $any: true }], actions: ['get'], resources: [{ [name]: 1 }] },
          reading,
        ).lowered,
    );
    engine.load(policies);
    const subject = markPrepared({ a: 1 });
    for (let bits = 0; bits < 4_096; bits++) {
      const fitting = names.filter((_, at) => (bits >> at) % 2 === 1);
      const resource = Object.fromEntries(fitting.map((name) => [name, 1]));
      expect(engine.find({ subject, action: 'get', resource }).map(({ uid }) => uid)).toEqual(fitting);
    }
  });

  test('more policies than are remembered are right all the same, for one subject and for many', () => {
    const engine = engineOf();
    const owned = readStoredPolicy(
      {
        uid: 'own',
        effect: 'allow',
        subjects: [{ $any: true }],
        actions: ['get'],
        resources: [{ owner: { $eq: { $subject: 'name' } } }],
      },
      reading,
    ).lowered;
    engine.load([lowered('a'), owned]);
    const found = (name: string, owner: string): readonly string[] =>
      engine
        .find({ subject: markPrepared({ name }), action: 'get', resource: { owner } })
        .map(({ uid, truth }) => `${uid} ${truth}`);
    for (let at = 0; at < 10_050; at++) expect(found(`n${at}`, `n${at}`)).toEqual(['a true', 'own true']);
    for (const at of [0, 9_999, 10_049])
      expect([found(`n${at}`, 'n1'), found(`n${at}`, `n${at}`)]).toEqual([['a true'], ['a true', 'own true']]);
  });

  test('what fails is told of the policy that failed, whoever it was compiled for first', () => {
    const engine = engineOf();
    const failing = (uid: string): LoweredPolicy =>
      readStoredPolicy(
        {
          uid,
          effect: 'deny',
          subjects: [{ $any: true }],
          actions: ['get'],
          resources: [{ a: { $custom: ['test.touchy'] } }],
        },
        reading,
      ).lowered;
    engine.load([failing('one'), failing('two')]);
    for (const subject of [markPrepared({ a: 1 }), markPrepared({ a: 2 })]) {
      const inquiry = { subject, action: 'get', resource: { a: 'x' } };
      expect(engine.find(inquiry).map(({ uid, truth }) => [uid, truth])).toEqual([
        ['one', 'error'],
        ['two', 'error'],
      ]);
    }
  });

  test('counts what it decided beside the engine that it stands before', () => {
    const engine = engineOf();
    engine.find({ subject: markPrepared({ a: 1 }), action: 'get' });
    engine.find({ subject: { a: 1 }, action: 'get' });
    expect(engine.stats().candidates).toEqual([2]);
  });
});
