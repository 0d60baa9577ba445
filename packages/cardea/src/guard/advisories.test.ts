import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, jsonArb, policiesArb, touchy } from '../../test/arbitrary.ts';
import { changedIntrinsics, readIntrinsics } from '../../test/intrinsics.ts';
import { allowing, denying } from '../../test/policies.ts';
import { StagedStorage } from '../../test/staged-storage.ts';
import { COMBINING, type Combining } from '../decide/combining.ts';
import { decide } from '../decide/decide.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Policy } from '../model/policy.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { createCachedGuard } from './caching.ts';
import { Guard } from './guard.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;
const unchecked = (...stored: readonly unknown[]): MemoryStorage =>
  new MemoryStorage(stored as readonly Policy[], { parse: (policy) => ({ ok: true, value: policy as Policy }) });

/**
 * Real advisories of this field that concern deciding, storing and caching, each with the test that would have
 * found it. Those that concern policies as text and data stand in `test/advisories.test.ts`.
 */
describe('advisories on deciding, storing and caching', () => {
  // CASL CVE-2026-1774, CVE-2026-111172: paths out of stored rules were written into objects.
  describe('names out of policies and inquiries reach no prototype', () => {
    const names = [
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'call',
      'hasOwnProperty',
      'valueOf',
      '__defineGetter__',
    ];
    const nameArb = fc.oneof(
      fc.constantFrom(...names),
      fc.constantFrom('toString.call', '__proto__.polluted', 'constructor.prototype.polluted'),
    );
    const hostileArb = fc.letrec<{ value: object }>((tie) => ({
      value: fc
        .array(fc.tuple(nameArb, fc.oneof({ maxDepth: 3 }, jsonArb, tie('value'))), { minLength: 1, maxLength: 3 })
        .map(
          (members) =>
            JSON.parse(
              `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
            ) as object,
        ),
    })).value;

    it('intrinsics-stay: storing, deciding, explaining, auditing and redacting leave every intrinsic as it was', async () => {
      const before = readIntrinsics();
      await fc.assert(
        fc.asyncProperty(hostileArb, hostileArb, nameArb, async (rules, asked, name) => {
          const policy = {
            ...allowing(name),
            subjects: [rules],
            context: rules,
            labels: { [name]: name },
            obligations: [rules],
          } as unknown as Policy;
          const storage = new MemoryStorage();
          await storage.add(policy).catch(() => undefined);
          const redact = [
            ['subject', name],
            ['context', ...name.split('.')],
          ] as const;
          const { guard } = createCachedGuard(storage, { audit: { sinks: [{ write: () => undefined }], redact } });
          const inquiry = { subject: asked, action: name, resource: asked, context: asked } as Inquiry;
          await guard.check(inquiry);
          await guard.explain(inquiry, { redact });
        }),
        { numRuns: 500 },
      );
      expect(changedIntrinsics(before)).toEqual([]);
    });

    it('a polluted prototype gives nobody an attribute', async () => {
      const guard = new Guard(new MemoryStorage([allowing('admins', { subjects: [{ role: 'admin' }] })]));
      Reflect.defineProperty(Object.prototype, 'role', { value: 'admin', configurable: true });
      try {
        expect(await guard.isAllowed({ ...max, subject: {} })).toBe(false);
        expect(await guard.isAllowed({ ...max, subject: { type: 'user', id: 'eve', properties: {} } })).toBe(false);
      } finally {
        Reflect.deleteProperty(Object.prototype, 'role');
      }
    });
  });

  // Cedar GHSA-c33x-vcv4-vg3g: malformed policies were silently corrected.
  // casbin keyMatch3: an invalid pattern counted as a match.
  it.each<[string, object]>([
    ['a misspelt member', { subject: ['max'] }],
    ['an effect in capitals', { effect: 'Allow' }],
    ['a text in place of a list', { subjects: 'max' }],
    ['a misspelt rule', { subjects: [{ $equals: 'max' }] }],
    ['an invalid pattern', { subjects: [{ $regexMatch: '[a-' }] }],
    ['an invalid network', { context: { ip: { $cidr: '10.0.0.0/33' } } }],
    ['unbalanced tags', { resources: ['<book'] }],
  ])('%s is refused when stored and never allows when it was stored all the same', async (_, fault) => {
    const faulty = { ...allowing('faulty'), ...fault } as Policy;
    await expect(new MemoryStorage().add(faulty)).rejects.toMatchObject({ name: 'CardeaError' });
    const inquiry = { ...max, context: { ip: '10.0.0.1' } };
    expect((await new Guard(unchecked(faulty)).check(inquiry)).allowed).toBe(false);
    expect((await new Guard(unchecked(allowing('all'), { ...faulty, effect: 'deny' })).check(inquiry)).allowed).toBe(
      false,
    );
  });

  // OpenFGA CVE-2022-39342, CVE-2023-40579, CVE-2025-25196, CVE-2026-24851; Keto#1522: special shapes, orders and names.
  it('small-world: every set of up to three policies over a tiny world decides every inquiry as the definition says, in every order', () => {
    const world = smallWorld();
    const options = {
      combining: 'deny-overrides',
      unknownDeny: 'ignore',
      functions: functionTable(),
      revision: 1,
    } as const;
    const questions = ['a', 'b'].flatMap((subject) => ['x', 'y'].map((resource) => ({ subject, resource })));
    let decided = 0;
    for (const set of tuples(world, 3)) {
      const lowered = set.map((policy) => policy.lowered);
      for (const { subject, resource } of questions) {
        const effects = set
          .filter(({ source }) => fits(source.subjects, subject) && fits(source.resources, resource))
          .map(({ source }) => source.effect);
        const allowed = effects.includes('allow') && !effects.includes('deny');
        const decision = decide(lowered, { subject, action: 'get', resource }, options);
        if (decision.allowed !== allowed) expect({ set, subject, resource, decision }).toEqual({ allowed });
        decided += 1;
      }
    }
    expect(decided).toBe(4 * (1 + 12 + 12 ** 2 + 12 ** 3));
  });

  // Six OpenFGA advisories on cache keys, CVE-2026-48096 among them: one entry answered two questions.
  it.each<[string, Inquiry, Inquiry]>([
    ['delimiters', { ...max, subject: 'a","action":"b' }, { ...max, subject: 'a' }],
    ['a list and its text', { ...max, subject: ['a', 'b'] }, { ...max, subject: '["a","b"]' }],
    ['a number and its text', { ...max, subject: 1 }, { ...max, subject: '1' }],
    ['null and absent', { ...max, context: { a: null } }, { ...max, context: {} }],
    ['normal forms', { ...max, subject: '\u00E9' }, { ...max, subject: 'e\u0301' }],
  ])('a remembered allow answers no other inquiry: %s', async (_, allowed, denied) => {
    const policy = {
      ...allowing('one'),
      subjects: [{ $eq: { $value: allowed.subject as never } }],
      context: allowed.context === undefined ? {} : { a: null },
    };
    const { guard } = createCachedGuard(new MemoryStorage([policy as Policy]));
    expect([await guard.isAllowed(allowed), await guard.isAllowed(denied), await guard.isAllowed(allowed)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  // casbin#1394, prisma-adapter#63: a reload that broke off left a part of the policies.
  it('old-or-new: a reload that breaks off anywhere leaves no mixture', async () => {
    for (let broken = 1; broken < 12; broken++) {
      const inner = new MemoryStorage([allowing('a'), denying('b')], { historySize: 0 });
      const storage = new StagedStorage(inner);
      const guard = new Guard(storage);
      await guard.ready();
      let calls = 0;
      storage.stage = () => {
        calls += 1;
        if (calls === broken) throw new Error('connection lost');
      };
      await inner.apply([
        { type: 'update', policy: denying('a') },
        { type: 'update', policy: allowing('b') },
      ]);
      for (let ask = 0; ask < 3; ask++) {
        const { allowed, deciders, revision } = await guard.check(max);
        expect([allowed, [[], ['b'], ['a']][revision]]).toEqual([false, deciders]);
      }
    }
  });

  // SpiceDB CVE-2026-55866: concurrent readers poisoned a shared cache.
  it('no-poisoned-cache: readers at different revisions share a cache and each gets what its revision says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const turn = (): Promise<void> => scheduler.schedule(Promise.resolve());
        const storage = new StagedStorage(new MemoryStorage([allowing('p')]), turn);
        const { guard } = createCachedGuard(storage);
        const writer = async (): Promise<void> => {
          for (let change = 0; change < 4; change++) await storage.update((change % 2 === 0 ? denying : allowing)('p'));
        };
        const reader = async (): Promise<void> => {
          for (let ask = 0; ask < 4; ask++) {
            const { allowed, revision } = await guard.check(max);
            expect(allowed).toBe(revision % 2 === 1);
            await turn();
          }
        };
        await scheduler.waitFor(Promise.all([writer(), reader(), reader()]));
      }),
      { numRuns: 200 },
    );
  });

  // node-casbin#492, pycasbin#411: an answer without, or against, its own reasons.
  it('allowed-has-reasons: an allow is explained by policies that allow, and by none that denies', async () => {
    await fc.assert(
      fc.asyncProperty(policiesArb, inquiryArb, async (policies, inquiry) => {
        const guard = new Guard(new MemoryStorage(policies), { functions: [touchy] });
        const explanation = await guard.explain(inquiry);
        expect(explanation.decision).toEqual(await guard.check(inquiry));
        const reasons = explanation.policies.filter(({ truth }) => truth === 'true').map(({ effect }) => effect);
        if (explanation.decision.allowed) expect(new Set(reasons)).toEqual(new Set(['allow']));
      }),
      { numRuns: 500 },
    );
  });

  // Kubernetes, vakt: a deny that misses an attribute is skipped. Here it is told, and can be made to count.
  it.each(Object.keys(COMBINING) as Combining[])(
    'a deny that misses an attribute is never skipped in silence: %s',
    async (combining) => {
      const policies = [denying('outside', { context: { ip: { $cidr: '10.0.0.0/8' } } })];
      const silent = await new Guard(new MemoryStorage(policies), { combining }).check(max);
      expect(silent.diagnostics).toMatchObject([{ uid: 'outside', kind: 'unknown-deny' }]);
      const strict = new Guard(
        new MemoryStorage([...policies, ...(combining === 'allow-overrides' ? [] : [allowing('all')])]),
        { combining, unknownDeny: 'deny' },
      );
      expect(await strict.isAllowed(max)).toBe(false);
    },
  );

  // opa#6514, keto#104: a policy or an inquiry that is too much of something.
  it('depth and width of input end in an answer, not in a broken process', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`) as never;
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`a${at}`, at]));
    const guard = new Guard(new MemoryStorage([allowing('wide', { subjects: [{ a19999: 19_999 }] })]));
    expect((await guard.check({ ...max, subject: deep })).outcome).toBe('indeterminate');
    expect((await guard.check({ ...max, subject: wide })).outcome).toBe('allow');
    await expect(new MemoryStorage().add(allowing('deep', { obligations: [deep] }))).rejects.toMatchObject({
      code: 'CARDEA_INVALID_POLICY',
    });
  });
});

interface World {
  readonly source: Policy;
  readonly lowered: LoweredPolicy;
}

function smallWorld(): readonly World[] {
  const any = { $any: true } as const;
  const sources = [allowing, denying].flatMap((make) =>
    ['a', 'b', any].flatMap((subject) =>
      ['x', any].map((resource) => make('p', { subjects: [subject], resources: [resource] })),
    ),
  );
  return sources.map((source) => {
    const parsed = lowerPolicy(source, { checker: defaultChecker(), functions: functionTable() });
    if (!parsed.ok) throw new Error('not a policy');
    return { source, lowered: parsed.value };
  });
}

function fits(field: Policy['subjects'], value: string): boolean {
  return field.some((element) => typeof element === 'object' || element === value);
}

/** All tuples of up to this length: every set, in every order, with repetitions. */
function tuples<T>(items: readonly T[], length: number): readonly (readonly T[])[] {
  if (length === 0) return [[]];
  const shorter = tuples(items, length - 1);
  const longest = shorter.filter((tuple) => tuple.length === length - 1);
  return [...shorter, ...longest.flatMap((tuple) => items.map((item) => [...tuple, item]))];
}
