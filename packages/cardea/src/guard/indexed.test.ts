import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineRuns } from '../../../../test/runs.ts';
import {
  inquiryArb,
  inquiryHitting,
  policiesArb,
  policyArb,
  slotValueArb,
  templateArb,
  touchy,
} from '../../test/arbitrary.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { defineFunction } from '../ast/functions.ts';
import type { Scalar } from '../ast/json.ts';
import { splitTemplate } from '../ast/template.ts';
import { COMBINING, type Combining } from '../decide/combining.ts';
import { decide } from '../decide/decide.ts';
import { explain } from '../decide/explain.ts';
import type { Explanation } from '../decide/explanation.ts';
import { indexed } from '../engine/indexed.ts';
import { isCardeaError } from '../errors.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { slotValues } from '../model/link.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Policy } from '../model/policy.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { Guard, type GuardOptions } from './guard.ts';
import { invalidPolicyFunction } from './invalid-policy-function.ts';
import { readStoredPolicy } from './stored-policy.ts';

const optionsArb: fc.Arbitrary<GuardOptions> = fc.record({
  combining: fc.constantFrom(...(Object.keys(COMBINING) as Combining[])),
  unknownDeny: fc.constantFrom('ignore' as const, 'deny' as const),
  // Without the function, policies that call it are invalid.
  functions: fc.constantFrom([touchy], []),
});

type Write =
  | { readonly kind: 'add' | 'update'; readonly at: number; readonly policy: Policy }
  | { readonly kind: 'delete'; readonly at: number }
  | { readonly kind: 'link' | 'unlink'; readonly at: number; readonly values: readonly Scalar[] };

const anyPolicyArb = fc.oneof({ weight: 2, arbitrary: policyArb }, { weight: 1, arbitrary: templateArb });
// More than any template has slots.
const valuesArb = fc.array(slotValueArb, { minLength: 9, maxLength: 9 });
const writeArb: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ kind: fc.constantFrom('add', 'update'), at: fc.nat(), policy: anyPolicyArb }),
  fc.record({ kind: fc.constant('delete'), at: fc.nat() }),
  fc.record({ kind: fc.constantFrom('link', 'link', 'unlink'), at: fc.nat(), values: valuesArb }),
);

/** Makes a write on one of the policies that are there; what the storage refuses changes nothing. */
async function write(storage: MemoryStorage, { at, ...change }: Write): Promise<void> {
  const all = await storage.getAll(1000, 0);
  const { uid, slots = [] } = all[at % Math.max(1, all.length)] ?? {};
  try {
    if (change.kind === 'add') await storage.add(change.policy);
    else if (uid === undefined) return;
    else if (change.kind === 'delete') await storage.delete(uid);
    else if ('policy' in change) await storage.update({ ...change.policy, uid });
    else {
      const values = Object.fromEntries(slots.map((slot, index) => [slot, change.values[index] as Scalar]));
      await storage[change.kind]({ template: uid, values });
    }
  } catch (error) {
    if (!isCardeaError(error)) throw error;
  }
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
  const links = new Map<string, (readonly Scalar[])[]>();
  for await (const link of storage.retrieveLinks()) {
    const slots = policies.find(({ uid }) => uid === link.template)?.slots;
    const values = slots === undefined ? undefined : slotValues(link, slots);
    if (values !== undefined) links.set(link.template, [...(links.get(link.template) ?? []), values]);
  }
  const options = { combining, unknownDeny, links, functions: reading.functions, revision: await storage.revision() };
  const decision = decide(policies, inquiry, options);
  return { decision, explanation: explain(decision, policies, inquiry, options) };
}

/** As what it is kept: -0 is 0. */
function asJson(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** An inquiry that a link of a template could apply to. */
const hittingArb = fc.tuple(templateArb, inquiryArb, valuesArb).map(([template, inquiry, values]) => {
  const reading = { checker: defaultChecker(), functions: functionTable([touchy]) };
  const lowered = lowerPolicy(template, reading);
  const parts = lowered.ok ? splitTemplate(lowered.value.condition, template.slots ?? []) : undefined;
  const hit = parts?.ok === true ? inquiryHitting(inquiry, parts.bindings, values) : inquiry;
  return { template, values, inquiry: hit };
});

describe('a guard over its engine', () => {
  it('indexed ≡ reference: decides and explains as the reference does, through any writes and a snapshot', async () => {
    await fc.assert(
      fc.asyncProperty(
        policiesArb,
        fc.array(writeArb, { maxLength: 6 }),
        hittingArb,
        fc.array(inquiryArb, { maxLength: 2 }),
        optionsArb,
        async (policies, writes, hitting, others, options) => {
          const { template, values } = hitting;
          const storage = new MemoryStorage([...policies.filter(({ uid }) => uid !== template.uid), template]);
          const first = new Guard(storage, options);
          await first.ready();
          await write(storage, { kind: 'link', at: (await storage.getAll(1000, 0)).length - 1, values });
          await first.ready();
          const snapshot = first.toSnapshot();
          for (const each of writes) await write(storage, each);
          const second = new Guard(storage, { ...options, snapshot });
          for (const inquiry of [hitting.inquiry, ...others]) {
            const { decision, explanation } = await decideByReference(storage, inquiry, options);
            for (const guard of [first, second]) expect(asJson(await guard.check(inquiry))).toEqual(asJson(decision));
            expect(asJson(await second.explain(inquiry))).toEqual(asJson(explanation));
          }
          await first.close();
          await second.close();
        },
      ),
      { numRuns: Math.max(500, Math.floor(engineRuns().numRuns / 20)) },
    );
  });

  it('allows ≡ decide: yes or no is the same, whoever is told of the decision', async () => {
    await fc.assert(
      fc.asyncProperty(policiesArb, inquiryArb, optionsArb, async (policies, inquiry, options) => {
        const storage = new MemoryStorage(policies);
        const { decision } = await decideByReference(storage, inquiry, options);
        const { logger } = recordingLogger();
        const terse = { ...logger, isLevelEnabled: (level: string) => level !== 'debug' };
        for (const told of [{}, { logger }, { logger: terse }, { audit: { sinks: [{ write: () => undefined }] } }]) {
          const guard = new Guard(storage, { ...options, ...told });
          expect([guard.allows(inquiry), guard.allowsNow(inquiry)]).toEqual([false, undefined]);
          expect(await guard.isAllowed(inquiry)).toBe(decision.allowed);
          expect(guard.allows(inquiry)).toBe(decision.allowed);
          expect([decision.allowed, undefined]).toContain(guard.allowsNow(inquiry));
          await guard.close();
          expect([guard.allows(inquiry), guard.allowsNow(inquiry)]).toEqual([false, undefined]);
        }
      }),
      { numRuns: Math.max(500, Math.floor(engineRuns().numRuns / 20)) },
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
          get: (uid) => engine.get(uid),
          policies: () => engine.policies(),
          stats: () => engine.stats(),
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
