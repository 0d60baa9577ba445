import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, jsonArb, policiesArb, touchy } from '../../test/arbitrary.ts';
import { allowing, denying } from '../../test/policies.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { StagedStorage } from '../../test/staged-storage.ts';
import { memorySink } from '../audit/memory.ts';
import type { Json } from '../ast/json.ts';
import { attributes } from '../model/entity.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { CacheBackend } from '../ports/cache.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { parseInquiry } from '../syntax/validate.ts';
import { createCachedGuard } from './caching.ts';
import { decisionKey } from './decision-cache.ts';
import { Guard } from './guard.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;

describe('createCachedGuard', () => {
  it('answers an equal inquiry from memory, whatever the order of its members', async () => {
    const { guard, cache } = createCachedGuard(new MemoryStorage([allowing('all')]));
    const first = await guard.check({ ...max, context: { a: 1, b: 2 } });
    expect(await guard.check({ context: { b: 2, a: 1 }, ...max })).toBe(first);
    expect(cache.info()).toEqual({ hits: 1, misses: 1, maxSize: 1024, currentSize: 1 });
  });

  it.each([
    [2, 2],
    [0, 0],
    [null, 5],
  ])('keeps at most maxSize %s decisions', async (maxSize, currentSize) => {
    const { guard, cache } = createCachedGuard(new MemoryStorage([allowing('all')]), { maxSize });
    for (let at = 0; at < 5; at++) expect(await guard.isAllowed({ ...max, subject: at })).toBe(true);
    expect(cache.info()).toEqual({ hits: 0, misses: 5, maxSize, currentSize });
  });

  it.each([-1, 1.5, Number.NaN])('refuses a maxSize of %s', (maxSize) => {
    expect(() => createCachedGuard(new MemoryStorage(), { maxSize })).toThrow('maxSize must be a whole number');
  });

  it('never answers with what was decided before a change', async () => {
    const { guard, storage } = createCachedGuard(new MemoryStorage([allowing('all')]));
    expect(await guard.isAllowed(max)).toBe(true);
    await storage.add(denying('none'));
    expect(await guard.isAllowed(max)).toBe(false);
    await storage.delete('none');
    expect(await guard.check(max)).toMatchObject({ allowed: true, revision: 3 });
  });

  it('keeps its answers through changes that change nothing', async () => {
    const { guard, storage, cache } = createCachedGuard(new MemoryStorage([allowing('all')]));
    await guard.check(max);
    await storage.delete('nobody');
    await storage.update(allowing('nobody'));
    await guard.check(max);
    expect(cache.info()).toMatchObject({ hits: 1, misses: 1 });
  });

  it('remembers no error: neither of a function, nor of the storage, nor of the inquiry', async () => {
    const storage = new StagedStorage(new MemoryStorage([denying('d', { subjects: [{ $custom: ['test.touchy'] }] })]));
    const { guard, cache } = createCachedGuard(storage, { functions: [touchy] });
    expect((await guard.check(max)).outcome).toBe('indeterminate');
    await guard.check({ subject: Number.NaN });
    storage.stage = () => Promise.reject(new Error('down'));
    await storage.inner.delete('d');
    await guard.check({ ...max, subject: 1 });
    expect(cache.info().currentSize).toBe(0);
  });

  it('audits an answer from memory like any other', async () => {
    const sink = memorySink();
    const { guard } = createCachedGuard(new MemoryStorage([allowing('all')]), { audit: { sinks: [sink] } });
    await guard.check(max);
    await guard.check(max);
    expect(sink.records.map(({ deciders }) => deciders)).toEqual(['["all"]', '["all"]']);
  });

  it('works with a backend of the user', async () => {
    const entries = new Map<string, Decision>();
    const backend: CacheBackend<Decision> = {
      get: (key) => entries.get(key),
      set: (key, decision) => void entries.set(key, decision),
      clear: () => entries.clear(),
      info: () => ({ hits: 0, misses: 0, maxSize: null, currentSize: entries.size }),
    };
    const { guard, cache } = createCachedGuard(new MemoryStorage([allowing('all')]), { backend });
    expect(await guard.check(max)).toBe(await guard.check(max));
    expect([cache, entries.size]).toEqual([backend, 1]);
  });

  it('decides without a backend that throws, and says so', async () => {
    const fail = (): never => {
      throw new Error('cache down');
    };
    const { logger, lines } = recordingLogger();
    const backend = { get: fail, set: fail, clear: fail, info: fail };
    const { guard } = createCachedGuard(new MemoryStorage([allowing('all')]), { backend, logger });
    expect(await guard.isAllowed(max)).toBe(true);
    expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual(
      Array(2).fill('the cache of decisions failed'),
    );
  });

  it.each([null, {}, 'allow', { allowed: true }, Promise.resolve(undefined)])(
    'decides anew where a backend answers what is no decision: %j',
    async (answer) => {
      const backend = { get: () => answer, set: () => undefined, clear: () => undefined, info: () => undefined };
      const { guard } = createCachedGuard(new MemoryStorage([denying('none')]), { backend: backend as never });
      expect(await guard.check(max)).toMatchObject({ outcome: 'deny', deciders: ['none'] });
    },
  );

  it('does not keep long inquiries, whose number alone would not bound the memory', async () => {
    const { guard, cache } = createCachedGuard(new MemoryStorage([allowing('all')]));
    for (const subject of ['a'.repeat(16_000), 'a'.repeat(17_000)])
      expect(await guard.isAllowed({ ...max, subject })).toBe(true);
    expect(cache.info()).toMatchObject({ misses: 1, currentSize: 1 });
  });

  it('cannot be poisoned through a decision that it handed out', async () => {
    const { guard } = createCachedGuard(new MemoryStorage([denying('none')]));
    const decision = await guard.check(max);
    expect(() => Object.assign(decision, { allowed: true })).toThrow(TypeError);
    expect((await guard.check(max)).allowed).toBe(false);
  });
});

describe('the key of a decision', () => {
  const set = { serial: 1, revision: 1 };
  const keyOf = (inquiry: unknown): string => {
    const parsed = parseInquiry(inquiry);
    if (!parsed.ok) throw new Error('not an inquiry');
    return decisionKey(set, parsed.value);
  };

  it.each<[string, unknown, unknown]>([
    ['a number and its text', { subject: 1 }, { subject: '1' }],
    ['a boolean and its text', { subject: true }, { subject: 'true' }],
    ['null and absent', { subject: null }, {}],
    ['null and absent within', { subject: { a: null } }, { subject: {} }],
    ['null and its text', { subject: null }, { subject: 'null' }],
    ['a list and its only member', { subject: ['a'] }, { subject: 'a' }],
    ['a list and a nested one', { subject: ['a', 'b'] }, { subject: [['a'], 'b'] }],
    ['members joined by the delimiter', { subject: ['a,b'] }, { subject: ['a', 'b'] }],
    ['quotes that close a text', { subject: 'a","action":"b' }, { subject: 'a', action: 'b' }],
    ['a member name with a delimiter', { subject: { 'a":1,"b': 1 } }, { subject: { a: 1, b: 1 } }],
    ['a backslash and what it escapes', { subject: '\\n' }, { subject: '\n' }],
    ['a part and another part', { subject: 'x' }, { resource: 'x' }],
    ['composed and decomposed letters', { subject: 'é' }, { subject: 'e\u0301' }],
    ['a lone surrogate and the replacement', { subject: '\uD800' }, { subject: '\uFFFD' }],
    ['a lone surrogate and its escape', { subject: '\uD800' }, { subject: '\\ud800' }],
    ['an empty list and an empty dictionary', { subject: [] }, { subject: {} }],
    [
      'an entity and a dictionary',
      { subject: { type: 'a', id: 'b' } },
      { subject: attributes({ type: 'a', id: 'b' }) },
    ],
    [
      'a dictionary as subject and as resource',
      { subject: attributes({}), resource: {} },
      { subject: {}, resource: attributes({}) },
    ],
    ['a `__proto__` member and none', JSON.parse('{"subject": {"__proto__": 1}}'), { subject: {} }],
  ])('tells %s apart', (_, left, right) => {
    expect(keyOf(left)).not.toBe(keyOf(right));
  });

  it('tells policy sets apart, also where the number of one continues in the inquiry', () => {
    const sets = [
      { serial: 1, revision: 11 },
      { serial: 11, revision: 1 },
      { serial: 1, revision: 1 },
    ];
    expect(new Set(sets.map((each) => decisionKey(each, { subject: 1 }))).size).toBe(3);
  });

  it.each<[string, unknown, unknown]>([
    ['the order of members', { subject: { a: 1, b: 2 } }, { subject: { b: 2, a: 1 } }],
    ['the sign of zero', { subject: -0 }, { subject: 0 }],
    ['a member that is undefined', { subject: { a: undefined } }, { subject: {} }],
  ])('does not depend on %s', (_, left, right) => {
    expect(keyOf(left)).toBe(keyOf(right));
  });

  it('equal-key-equal-decision: inquiries with one key are decided alike by any policies', async () => {
    // Few values, so that equal keys do occur.
    const partArb = fc.constantFrom<Json>(
      0,
      -0,
      1,
      '1',
      '0',
      null,
      [],
      {},
      { a: 0 },
      { a: -0 },
      { type: 'user', id: 'a' },
      attributes({ type: 'user', id: 'a' }),
    );
    const smallArb: fc.Arbitrary<Inquiry> = fc.record({ subject: partArb, action: partArb }, { requiredKeys: [] });
    const askedArb = fc.oneof(smallArb, inquiryArb);
    await fc.assert(
      fc.asyncProperty(policiesArb, askedArb, askedArb, async (policies, left, right) => {
        const guard = new Guard(new MemoryStorage(policies), { functions: [touchy] });
        if (keyOf(left) === keyOf(right)) expect(await guard.check(right)).toEqual(await guard.check(left));
      }),
      { numRuns: 1000 },
    );
  });

  it('key-is-structural: keys are equal exactly where the values are', () => {
    fc.assert(
      fc.property(jsonArb, jsonArb, (left, right) => {
        const equal = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
        expect(keyOf({ resource: left }) === keyOf({ resource: right })).toBe(equal);
      }),
    );
  });
});

describe('cached ≡ uncached', () => {
  it('a cached guard decides as one without, through any writes between any reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        policiesArb,
        fc.array(fc.tuple(fc.nat(5), inquiryArb), { maxLength: 12 }),
        async (policies, steps) => {
          const storage = new MemoryStorage();
          const { guard: cached } = createCachedGuard(storage, { functions: [touchy], maxSize: 4 });
          const plain = new Guard(storage, { functions: [touchy] });
          for (const [at, inquiry] of steps) {
            const policy = policies[at];
            if (policy !== undefined)
              await ((await storage.get(policy.uid)) ? storage.delete(policy.uid) : storage.add(policy));
            expect(await cached.check(inquiry)).toEqual(await plain.check(inquiry));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('no-stale-allow: whatever the interleaving of writes, reads and slow storage', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const storage = new StagedStorage(new MemoryStorage([allowing('all')]), () =>
          scheduler.schedule(Promise.resolve()),
        );
        const { guard } = createCachedGuard(storage);
        let denied = false;
        const writer = async (): Promise<void> => {
          await scheduler.schedule(Promise.resolve());
          await storage.add(denying('none'));
          denied = true;
        };
        const reader = async (): Promise<void> => {
          for (let ask = 0; ask < 4; ask++) {
            const deniedBefore = denied;
            const { allowed } = await guard.check(max);
            // Once the write is acknowledged, nothing that is asked afterwards may be allowed.
            if (deniedBefore) expect(allowed).toBe(false);
            await scheduler.schedule(Promise.resolve());
          }
        };
        const all = Promise.all([writer(), reader(), reader()]);
        await scheduler.waitFor(all);
        expect(await scheduler.waitFor(guard.isAllowed(max))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
