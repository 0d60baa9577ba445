import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, policiesArb, policyArb, touchy } from '../../test/arbitrary.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { defineFunction } from '../ast/functions.ts';
import { COMBINING, type Combining } from '../decide/combining.ts';
import { decide } from '../decide/decide.ts';
import { explain } from '../decide/explain.ts';
import type { Explanation } from '../decide/explanation.ts';
import { indexed } from '../engine/indexed.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Policy } from '../model/policy.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { Guard, type GuardOptions } from './guard.ts';
import { invalidPolicyFunction, readStoredPolicy } from './stored-policy.ts';

const optionsArb: fc.Arbitrary<GuardOptions> = fc.record({
  combining: fc.constantFrom(...(Object.keys(COMBINING) as Combining[])),
  unknownDeny: fc.constantFrom('ignore' as const, 'deny' as const),
  // Without the function, policies that call it are invalid.
  functions: fc.constantFrom([touchy], []),
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

/** Decides by the reference over what the storage holds now. */
async function decideByReference(
  storage: MemoryStorage,
  inquiry: Inquiry,
  { combining = 'deny-overrides', unknownDeny = 'ignore', functions = [] }: GuardOptions,
): Promise<{ readonly decision: Decision; readonly explanation: Explanation }> {
  const reading = { checker: defaultChecker(), functions: functionTable([...functions, invalidPolicyFunction]) };
  const policies: LoweredPolicy[] = [];
  for await (const policy of storage.retrieveAll()) policies.push(readStoredPolicy(policy, reading).lowered);
  const options = { combining, unknownDeny, functions: reading.functions, revision: await storage.revision() };
  const decision = decide(policies, inquiry, options);
  return { decision, explanation: explain(decision, policies, inquiry, options) };
}

describe('a guard over its engine', () => {
  it('indexed ≡ reference: decides and explains as the reference does, through any writes', async () => {
    await fc.assert(
      fc.asyncProperty(
        policiesArb,
        fc.array(writeArb, { maxLength: 5 }),
        fc.array(inquiryArb, { minLength: 1, maxLength: 3 }),
        optionsArb,
        async (policies, writes, inquiries, options) => {
          const storage = new MemoryStorage(policies);
          const guard = new Guard(storage, options);
          await guard.ready();
          const uids = policies.map(({ uid }) => uid);
          for (const each of writes) await write(storage, uids, each);
          for (const inquiry of inquiries) {
            const { decision, explanation } = await decideByReference(storage, inquiry, options);
            expect(await guard.check(inquiry)).toEqual(decision);
            expect(await guard.explain(inquiry)).toEqual(explanation);
          }
          await guard.close();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('allows ≡ decide: yes or no is the same, whoever is told of the decision', async () => {
    await fc.assert(
      fc.asyncProperty(policiesArb, inquiryArb, optionsArb, async (policies, inquiry, options) => {
        const storage = new MemoryStorage(policies);
        const { decision } = await decideByReference(storage, inquiry, options);
        const { logger } = recordingLogger();
        for (const told of [{}, { logger }, { audit: { sinks: [{ write: () => undefined }] } }]) {
          const guard = new Guard(storage, { ...options, ...told });
          expect(guard.allows(inquiry)).toBe(false);
          expect(await guard.isAllowed(inquiry)).toBe(decision.allowed);
          expect(guard.allows(inquiry)).toBe(decision.allowed);
          await guard.close();
          expect(guard.allows(inquiry)).toBe(false);
        }
      }),
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
    const guard = new Guard(storage, { functions: [later] });
    expect((await guard.check(inquiry)).outcome).toBe('indeterminate');
    expect(guard.allows(inquiry)).toBe(false);
  });

  it('fails closed over an invalid policy, until it is taken away', async () => {
    const storage = new MemoryStorage([], { parse: (input) => ({ ok: true, value: input as Policy }) });
    const guard = new Guard(storage);
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
