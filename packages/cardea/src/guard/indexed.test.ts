import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, policiesArb, policyArb, touchy } from '../../test/arbitrary.ts';
import { COMBINING, type Combining } from '../decide/combining.ts';
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

describe('a guard with an index', () => {
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
          const guard = new Guard(storage, { ...options, functions: [touchy] });
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
});
