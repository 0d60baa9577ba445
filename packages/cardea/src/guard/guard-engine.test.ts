import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, policyArb, touchy } from '../../test/arbitrary.ts';
import { indexed } from '../engine/indexed.ts';
import type { Policy } from '../model/policy.ts';
import type { PolicyChange, Storage } from '../ports/storage.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { Guard } from './guard.ts';

const uidArb = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const storedArb: fc.Arbitrary<Policy> = fc.tuple(policyArb, uidArb).map(([policy, uid]) => ({ ...policy, uid }));
const changeArb: fc.Arbitrary<PolicyChange> = fc.oneof(
  storedArb.map((policy): PolicyChange => ({ type: 'update', policy })),
  storedArb.map((policy): PolicyChange => ({ type: 'add', policy })),
  uidArb.map((uid): PolicyChange => ({ type: 'delete', uid })),
);
const startArb = fc.uniqueArray(storedArb, { maxLength: 5, selector: ({ uid }) => uid });

async function write(storage: Storage, change: PolicyChange): Promise<void> {
  // A uid that is taken is refused; both guards see the same storage either way.
  await storage.apply([change]).catch(() => {});
}

describe('a guard with an engine', () => {
  it('decides as one without, before and after every change', async () => {
    await fc.assert(
      fc.asyncProperty(startArb, fc.array(changeArb, { maxLength: 6 }), inquiryArb, async (start, changes, inquiry) => {
        const storage = new MemoryStorage(start);
        const plain = new Guard(storage, { functions: [touchy] });
        const fast = new Guard(storage, { functions: [touchy], engine: indexed });
        expect(await fast.check(inquiry)).toEqual(await plain.check(inquiry));
        for (const change of changes) {
          await write(storage, change);
          expect(await fast.check(inquiry)).toEqual(await plain.check(inquiry));
        }
      }),
      { numRuns: 500 },
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
          load: (policies) => engine.load(policies),
          put: (uid, policy) => (broken ? failing() : engine.put(uid, policy)),
          remove: (uid) => engine.remove(uid),
          verify: (inquiry) => engine.verify(inquiry),
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
