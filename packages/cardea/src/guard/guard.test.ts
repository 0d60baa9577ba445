import { describe, expect, it } from 'vitest';
import { allowing, denying } from '../../test/policies.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { StagedStorage } from '../../test/staged-storage.ts';
import { defineFunction } from '../ast/functions.ts';
import { attributes } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Policy } from '../model/policy.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { exactChecker, rulesChecker } from '../syntax/checkers.ts';
import { Guard, type GuardOptions } from './guard.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;
const readers: Policy = {
  uid: 'readers',
  effect: 'allow',
  subjects: ['max', 'eve'],
  actions: ['get'],
  resources: ['<b.*>'],
};
const guardOf = (policies: readonly Policy[], options: GuardOptions = {}): Guard =>
  new Guard(new MemoryStorage(policies), options);

describe('Guard', () => {
  it('allows what a policy allows and denies the rest', async () => {
    const guard = guardOf([readers]);
    expect(await guard.isAllowed(max)).toBe(true);
    expect(await guard.isAllowed({ ...max, action: 'put' })).toBe(false);
    expect(await guard.check({ ...max, subject: 'bob' })).toMatchObject({ outcome: 'not-applicable', allowed: false });
  });

  it('lets a deny win over any allow, and names both', async () => {
    const guard = guardOf([readers, denying('no-books', { resources: ['book'] })]);
    const decision = {
      allowed: false,
      outcome: 'deny',
      deciders: ['no-books'],
      candidates: ['readers', 'no-books'],
      revision: 1,
    };
    expect(await guard.check(max)).toMatchObject(decision);
  });

  it('decides synchronously, as check does, once it is ready', async () => {
    const guard = guardOf([readers]);
    await guard.ready();
    expect(guard.decide(max)).toEqual(await guard.check(max));
  });

  it('does not guess before it is ready', () => {
    const decision = guardOf([allowing('all')]).decide(max);
    expect(decision).toMatchObject({ outcome: 'indeterminate', allowed: false });
    expect(decision.diagnostics[0]?.message).toContain('await `guard.ready()`');
  });

  it('becomes ready by itself after a first decide', async () => {
    const guard = guardOf([allowing('all')]);
    guard.decide(max);
    await guard.ready();
    expect(guard.decide(max).allowed).toBe(true);
  });

  it.each<[string, GuardOptions, boolean]>([
    ['the checker', { checker: exactChecker() }, false],
    ['a checker of rules alone', { checker: rulesChecker() }, false],
    ['the combining algorithm', { combining: 'allow-overrides' }, true],
    ['what an unknown deny does', { unknownDeny: 'deny' }, false],
  ])('takes %s from its options', async (_, options, allowed) => {
    const denies = options.combining === undefined ? { resources: [{ missing: 1 }] } : {};
    expect(await guardOf([readers, denying('d', denies)], options).isAllowed(max)).toBe(allowed);
  });

  it('calls the functions that it was given', async () => {
    const isEven = defineFunction({ name: 'isEven', meaning: '', call: ([n]) => typeof n === 'number' && n % 2 === 0 });
    const guard = guardOf([allowing('even', { subjects: [{ age: { $custom: ['isEven'] } }] })], {
      functions: [isEven],
    });
    expect([
      await guard.isAllowed({ ...max, subject: { age: 2 } }),
      await guard.isAllowed({ ...max, subject: { age: 3 } }),
    ]).toEqual([true, false]);
  });

  it.each<[string, object]>([
    ['combining `deny-override`', { combining: 'deny-override' }],
    ['combining `toString`', { combining: 'toString' }],
    ['unknownDeny `allow`', { unknownDeny: 'allow' }],
    ['audit message `uids`', { audit: { sinks: [], message: 'uids' } }],
    ['cannot redact `user.email`', { audit: { sinks: [], redact: ['user.email'] } }],
  ])('refuses an option that it does not know: %s', (message, options) => {
    expect(() => guardOf([], options as GuardOptions)).toThrow(message);
  });

  it.each<[string, unknown, object]>([
    ['the storage has no method `watch`: `{}`', {}, {}],
    ['the storage has no method `watch`: `undefined`', undefined, {}],
    ['the checker has no method `readString`: `exact`', new MemoryStorage(), { checker: 'exact' }],
    ['the clock has no method `elapsed`', new MemoryStorage(), { clock: { now: () => 0 } }],
    ['`functions` must be a list, not `{}`', new MemoryStorage(), { functions: {} }],
    ['a function has no method `call`', new MemoryStorage(), { functions: [{ name: 'f' }] }],
    ['a source of attributes has no method `fetch`', new MemoryStorage(), { attributes: [{}] }],
    ['`audit.sinks` must be a list, not `undefined`', new MemoryStorage(), { audit: {} }],
    ['an audit sink has no method `write`', new MemoryStorage(), { audit: { sinks: [{}] } }],
  ])('refuses at once what it could not work with: %s', (message, storage, options) => {
    expect(() => new Guard(storage as MemoryStorage, options as GuardOptions)).toThrow(message);
  });

  it('sees what was written through the same storage before the call', async () => {
    const storage = new MemoryStorage();
    const guard = new Guard(storage);
    const seen: boolean[] = [];
    for (const change of [allowing('all'), denying('none')]) {
      await storage.add(change);
      seen.push(await guard.isAllowed(max));
    }
    await storage.delete('none');
    expect([...seen, await guard.isAllowed(max)]).toEqual([true, false, true]);
  });

  it('follows changes without being asked, so that decide sees them too', async () => {
    const storage = new MemoryStorage([allowing('all')]);
    const guard = new Guard(storage);
    await guard.ready();
    await storage.update(denying('all'));
    await new Promise((resolve) => setTimeout(resolve));
    expect(guard.decide(max)).toMatchObject({ outcome: 'deny', revision: 2 });
  });

  it('reads the inquiry when it is called, whatever the caller does to it afterwards', async () => {
    const guard = guardOf([allowing('admins', { subjects: [{ roles: { $some: { $eq: 'admin' } } }] })]);
    const inquiry = { ...max, subject: { roles: ['user'] } };
    const deciding = guard.check(inquiry);
    inquiry.subject.roles.push('admin');
    expect((await deciding).allowed).toBe(false);
  });

  it('tells a dictionary made by attributes() from the entity that it looks like', async () => {
    const guard = guardOf([allowing('alice', { subjects: ['user:alice'] })]);
    const subject = { type: 'user', id: 'alice' };
    expect(await guard.isAllowed({ ...max, subject })).toBe(true);
    expect(await guard.isAllowed({ ...max, subject: attributes(subject) })).toBe(false);
  });

  it('explains the decision that check makes', async () => {
    const guard = guardOf([readers]);
    const inquiry = { ...max, subject: 'bob' };
    const { decision, policies } = await guard.explain(inquiry);
    expect(decision).toEqual(await guard.check(inquiry));
    expect(policies).toMatchObject([{ uid: 'readers', role: 'near-miss' }]);
  });

  it('explains also when there is nothing to decide over', async () => {
    const guard = guardOf([readers]);
    expect(await guard.explain({ subject: Number.NaN })).toMatchObject({
      policies: [],
      decision: { outcome: 'indeterminate' },
    });
    await guard.close();
    expect(await guard.explain(max)).toMatchObject({ policies: [], decision: { outcome: 'indeterminate' } });
  });

  it('allows nothing once it is closed, and says so', async () => {
    const guard = guardOf([allowing('all')]);
    await guard.ready();
    await guard.close();
    for (const decision of [guard.decide(max), await guard.check(max)]) {
      expect(decision).toMatchObject({ allowed: false, diagnostics: [{ message: 'the guard is closed' }] });
    }
    await expect(guard.ready()).rejects.toMatchObject({ code: 'CARDEA_IO' });
  });
});

describe('a failing storage', () => {
  const down = (): never => {
    throw new Error('connection refused');
  };

  it.each(['watch', 'revision', 'retrieveAll'] as const)(
    'is a decision, never an allow or an exception: %s',
    async (method) => {
      const storage = new StagedStorage(new MemoryStorage([allowing('all')]), (called) =>
        called === method ? down() : undefined,
      );
      const guard = new Guard(storage);
      expect(await guard.check(max)).toMatchObject({
        allowed: false,
        outcome: 'indeterminate',
        diagnostics: [{ kind: 'infrastructure', message: 'the policies cannot be read: connection refused' }],
      });
      expect(await guard.isAllowed(max)).toBe(false);
      await expect(guard.ready()).rejects.toMatchObject({
        code: 'CARDEA_IO',
        message: 'the policies cannot be read: connection refused',
      });
    },
  );

  it('keeps a guard from allowing over policies that are known to be old', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    const guard = new Guard(storage);
    await guard.ready();
    storage.stage = (method) => (method === 'changesSince' ? down() : undefined);
    await storage.inner.add(denying('none'));
    expect((await guard.check(max)).outcome).toBe('indeterminate');
    expect(guard.decide(max).outcome).toBe('indeterminate');
    expect((await guard.explain(max)).decision.outcome).toBe('indeterminate');
  });

  it('is forgotten when it works again, also by decide alone', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]), down);
    const guard = new Guard(storage);
    expect(await guard.isAllowed(max)).toBe(false);
    storage.stage = () => undefined;
    expect(guard.decide(max).allowed).toBe(false);
    // Fails by its time limit where it never does.
    while (!guard.decide(max).allowed) await new Promise((resolve) => setTimeout(resolve));
  });

  it('is logged once, not at every attempt', async () => {
    const { logger, lines } = recordingLogger();
    const guard = new Guard(new StagedStorage(new MemoryStorage(), down), { logger });
    for (let attempt = 0; attempt < 3; attempt++) await guard.check(max);
    expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'the storage cannot be read; nothing is allowed',
    ]);
  });
});

describe('the logger', () => {
  it('hears of loading and, at level debug, of decisions, without a word of the inquiry', async () => {
    const { logger, lines } = recordingLogger();
    const guard = guardOf([readers], { logger });
    await guard.check({ ...max, subject: { password: 'hunter2' } });
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'policies loaded'],
      ['debug', 'decided'],
    ]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('may throw without changing a decision', async () => {
    const log = (): never => {
      throw new Error('disk full');
    };
    const logger = { trace: log, debug: log, info: log, warn: log, error: log };
    expect(await guardOf([readers], { logger }).isAllowed(max)).toBe(true);
    expect(await guardOf([readers, {} as Policy].slice(0, 1), { logger }).isAllowed({ ...max, action: 1 })).toBe(false);
  });

  it('is warned of a decision in which a policy failed', async () => {
    const { logger, lines } = recordingLogger();
    const fails = defineFunction({
      name: 'fails',
      meaning: '',
      call: () => {
        throw new Error('it holds hunter2');
      },
    });
    const guard = guardOf([denying('d', { subjects: [{ $custom: ['fails'] }] })], { logger, functions: [fails] });
    await guard.check(max);
    const warning = {
      level: 'warn',
      message: 'decided with errors',
      fields: { outcome: 'indeterminate', failed: [{ kind: 'error', uid: 'd' }] },
    };
    expect(lines.at(-1)).toMatchObject(warning);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});

describe('the types of a guard', () => {
  it('accept what the schema allows', async () => {
    const storage = new MemoryStorage([allowing('all', { resources: [{ $absent: true }] })]);
    const guard = new Guard<{ subject: { role: 'admin' | 'user' }; action: 'get' | 'put' }>(storage);
    expect(await guard.isAllowed({ subject: { role: 'admin' }, action: 'get' })).toBe(true);
    // @ts-expect-error a role that is not in the schema
    expect(await guard.isAllowed({ subject: { role: 'root' }, action: 'get' })).toBe(true);
    const anyInquiry: Inquiry = max;
    expect(await new Guard(storage).isAllowed(anyInquiry)).toBe(false);
  });
});
