import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, policiesArb, policyArb, touchy } from '../../test/arbitrary.ts';
import { defineFunction } from '../ast/functions.ts';
import { COMBINING, type Combining } from '../decide/combining.ts';
import { indexed } from '../engine/indexed.ts';
import type { Policy } from '../model/policy.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { Guard, type GuardOptions } from './guard.ts';

const optionsArb: fc.Arbitrary<GuardOptions> = fc.record({
  combining: fc.constantFrom(...(Object.keys(COMBINING) as Combining[])),
  unknownDeny: fc.constantFrom('ignore' as const, 'deny' as const),
});

interface Write {
  readonly kind: 'add' | 'update' | 'delete';
  readonly at: number;
  readonly policy: Policy;
}

const writeArb: fc.Arbitrary<Write> = fc.record({
  kind: fc.constantFrom('add' as const, 'update' as const, 'delete' as const),
  at: fc.nat(),
  policy: policyArb,
});

async function write(storage: MemoryStorage, uids: string[], { kind, at, policy }: Write): Promise<void> {
  const uid = uids[at % Math.max(1, uids.length)];
  if (kind === 'add' || uid === undefined) {
    uids.push(policy.uid);
    return storage.add(policy);
  }
  if (kind === 'update') return storage.update({ ...policy, uid });
  uids.splice(uids.indexOf(uid), 1);
  return storage.delete(uid);
}

describe('a guard with an engine', () => {
  // `explain` sees every policy, through the reference.
  it('indexed ≡ reference: decides as it explains, through any writes', async () => {
    await fc.assert(
      fc.asyncProperty(
        policiesArb,
        fc.array(writeArb, { maxLength: 5 }),
        fc.array(inquiryArb, { minLength: 1, maxLength: 3 }),
        optionsArb,
        async (policies, writes, inquiries, options) => {
          const storage = new MemoryStorage(policies);
          const guard = new Guard(storage, { ...options, functions: [touchy], engine: indexed });
          await guard.ready();
          const uids = policies.map(({ uid }) => uid);
          for (const each of writes) await write(storage, uids, each);
          for (const inquiry of inquiries)
            expect(await guard.check(inquiry)).toEqual((await guard.explain(inquiry)).decision);
          await guard.close();
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each<readonly [string, () => unknown]>([
    ['a promise', () => Promise.reject(new Error('too late'))],
    ['a throw', () => expect.unreachable()],
  ])('does not let a deny be silenced by a function that answers with %s', async (_, call) => {
    const later = defineFunction({ name: 'later', meaning: 'decides too late', call: call as never });
    const rest = { actions: ['get'], resources: ['x'] };
    const storage = new MemoryStorage([
      { uid: 'a', effect: 'allow', subjects: ['max'], ...rest },
      { uid: 'd', effect: 'deny', subjects: [{ $custom: ['later'] }], ...rest },
    ]);
    const inquiry = { subject: 'max', action: 'get', resource: 'x' };
    for (const options of [{}, { engine: indexed }])
      expect((await new Guard(storage, { functions: [later], ...options }).check(inquiry)).outcome).toBe(
        'indeterminate',
      );
  });

  it('fails closed over an invalid policy, until it is taken away', async () => {
    const storage = new MemoryStorage([], { parse: (input) => ({ ok: true, value: input as Policy }) });
    const guard = new Guard(storage, { engine: indexed });
    await storage.apply([
      { type: 'add', policy: { uid: '7', effect: 'deny', subjects: 'broken' } as never },
      { type: 'add', policy: { uid: 'a', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['x'] } },
    ]);
    const inquiry = { subject: 'max', action: 'get', resource: 'x' };
    expect((await guard.check(inquiry)).outcome).toBe('indeterminate');
    await storage.delete('7');
    expect((await guard.check(inquiry)).outcome).toBe('allow');
  });

  it('allows nothing while its engine fails, and recovers', async () => {
    let broken = true;
    const storage = new MemoryStorage();
    const guard = new Guard(storage, {
      engine: (functions) => {
        const engine = indexed(functions);
        const failing = (): never => {
          throw new Error('out of memory');
        };
        return {
          size: 0,
          load: (policies) => engine.load(policies),
          apply: (changes) => (broken ? failing() : engine.apply(changes)),
          find: (inquiry) => engine.find(inquiry),
          allows: (inquiry, unclear) => engine.allows(inquiry, unclear),
          policies: () => engine.policies(),
        };
      },
    });
    await guard.ready();
    await storage.add({ uid: 'a', effect: 'allow', subjects: ['max'], actions: ['get'], resources: ['x'] });
    await storage.add({ uid: 'b', effect: 'deny', subjects: ['max'], actions: ['get'], resources: ['x'] });
    const inquiry = { subject: 'max', action: 'get', resource: 'x' };
    expect((await guard.check(inquiry)).outcome).toBe('indeterminate');
    broken = false;
    expect((await guard.check(inquiry)).outcome).toBe('deny');
  });
});
