import { describe, expect, it } from 'vitest';
import { allowing, denying } from '../../test/policies.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { StagedStorage } from '../../test/staged-storage.ts';
import { defineFunction } from '../ast/functions.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { indexed } from '../engine/indexed.ts';
import { PolicyIndex } from '../engine/policy-index.ts';
import type { Policy } from '../model/policy.ts';
import type { CreatePolicyEngine } from '../ports/engine.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { exactChecker } from '../syntax/checkers.ts';
import { Guard, type GuardOptions } from './guard.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;

async function snapshotOf(storage: MemoryStorage, options: GuardOptions = {}): Promise<Uint8Array> {
  const guard = new Guard(storage, options);
  await guard.ready();
  const snapshot = guard.toSnapshot();
  await guard.close();
  return snapshot;
}

/** An engine without snapshots. */
const plain: CreatePolicyEngine = (functions) => {
  const engine = indexed(functions);
  return {
    size: 0,
    load: (policies) => engine.load(policies),
    apply: (changes) => engine.apply(changes),
    find: (inquiry) => engine.find(inquiry),
    allows: (inquiry, unclear) => engine.allows(inquiry, unclear),
    get: (uid) => engine.get(uid),
    policies: () => engine.policies(),
    stats: () => engine.stats(),
  };
};

describe('a snapshot', () => {
  it('is where the guard of the next process begins, without reading all policies', async () => {
    const inner = new MemoryStorage([allowing('all')]);
    const snapshot = await snapshotOf(inner);
    await inner.add(denying('none'));
    const storage = new StagedStorage(inner);
    const guard = new Guard(storage, { snapshot });
    expect(await guard.check(max)).toMatchObject({ outcome: 'deny', candidates: ['all', 'none'], revision: 2 });
    expect(storage.calls).toEqual(['watch', 'changesSince']);
  });

  it('knows templates, links and invalid policies as the guard did', async () => {
    const acl: Policy = allowing('acl', { subjects: [{ $slot: 'user' }], slots: ['user'] });
    const storage = new MemoryStorage([acl, { ...denying('bad'), uid: 1 as never }], {
      parse: (policy) => ({ ok: true, value: policy as Policy }),
      links: [{ template: 'acl', values: { user: 'max' } }],
    });
    const guard = new Guard(storage, { snapshot: await snapshotOf(storage) });
    expect(await guard.check(max)).toMatchObject({ candidates: ['acl["max"]'], diagnostics: [{ uid: '`1`' }] });
    await storage.link({ template: 'acl', values: { user: 'eve' } });
    expect((await guard.check({ ...max, subject: 'eve' })).candidates).toEqual(['acl["eve"]']);
    await storage.update({ ...allowing('bad'), uid: 1 as never });
    expect((await guard.check(max)).outcome).toBe('allow');
  });

  it('holds descriptions where the audit tells them', async () => {
    const records: string[] = [];
    const options: GuardOptions = {
      audit: { sinks: [{ write: ({ candidates }) => void records.push(candidates) }], message: 'description' },
    };
    const storage = new MemoryStorage([allowing('all', { description: 'everybody' })]);
    for (const snapshot of [await snapshotOf(storage, options), await snapshotOf(storage)])
      await new Guard(storage, { ...options, snapshot }).check(max);
    expect(records).toEqual(['["everybody"]', '["everybody"]']);
  });

  const none = defineFunction({ name: 'none', meaning: 'nothing', call: () => false });
  it.each<[string, (storage: MemoryStorage) => Promise<Uint8Array>, GuardOptions, string]>([
    [
      'damaged',
      async (storage) => (await snapshotOf(storage)).map((byte, at) => (at === 99 ? byte ^ 1 : byte)),
      {},
      '',
    ],
    ['cut off', async (storage) => (await snapshotOf(storage)).slice(0, -4), {}, ''],
    ['empty', async () => new Uint8Array(), {}, ''],
    ['not of a guard', async () => new PolicyIndex(functionTable()).toSnapshot(null), {}, 'not of a guard'],
    ['of another checker', (storage) => snapshotOf(storage, { checker: exactChecker() }), {}, 'the checker `exact`'],
    ['of other functions', (storage) => snapshotOf(storage), { functions: [none] }, 'other functions'],
    ['for an engine without any', (storage) => snapshotOf(storage), { engine: plain }, 'has no snapshots'],
  ])('is refused, logged, and all policies are loaded where it is %s', async (_, make, options, reason) => {
    const storage = new MemoryStorage([allowing('all')]);
    const { logger, lines } = recordingLogger();
    const guard = new Guard(storage, { ...options, logger, snapshot: await make(storage) });
    expect(await guard.check(max)).toMatchObject({ outcome: 'allow', deciders: ['all'] });
    expect(lines.slice(0, 2).map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'the snapshot is refused; all policies are loaded'],
      ['info', 'policies loaded'],
    ]);
    expect(lines[0]?.fields).toMatchObject({ err: { message: expect.stringContaining(reason) as string } });
  });

  it('of a later revision than the storage is at is not taken', async () => {
    const later = new MemoryStorage([allowing('all')]);
    await later.add(allowing('more'));
    const { logger, lines } = recordingLogger();
    const storage = new MemoryStorage([denying('none')]);
    const guard = new Guard(storage, { snapshot: await snapshotOf(later), logger });
    expect(await guard.check(max)).toMatchObject({ outcome: 'deny', deciders: ['none'] });
    expect(lines[0]).toMatchObject({ level: 'warn', fields: { revision: 2, storage: 1 } });
  });

  it('is taken although the storage could not be read at first', async () => {
    const inner = new MemoryStorage([allowing('all')]);
    const storage = new StagedStorage(inner, () => {
      throw new Error('connection refused');
    });
    const guard = new Guard(storage, { snapshot: await snapshotOf(inner) });
    expect((await guard.check(max)).outcome).toBe('indeterminate');
    storage.stage = () => undefined;
    expect((await guard.check(max)).outcome).toBe('allow');
    expect(storage.calls).not.toContain('retrieveAll');
  });

  it('is none of a guard that has nothing to rely on, or whose engine has none', async () => {
    const guard = new Guard(new MemoryStorage());
    expect(() => guard.toSnapshot()).toThrow('not loaded yet');
    const other = new Guard(new MemoryStorage(), { engine: plain });
    await other.ready();
    expect(() => other.toSnapshot()).toThrow('the engine of this guard has no snapshots');
  });

  it('is a Uint8Array, or refused at once', () => {
    const options = { snapshot: 'policies.snapshot' } as never;
    expect(() => new Guard(new MemoryStorage(), options)).toThrow('`snapshot` must be a Uint8Array');
  });
});

describe('stats', () => {
  it('tell what the guard holds and what its decisions looked at', async () => {
    const policies = Array.from({ length: 100 }, (_, at) => allowing(`p${at}`, { resources: [`book ${at}`] }));
    const guard = new Guard(new MemoryStorage([...policies, allowing('any')]));
    expect(guard.stats()).toBe(undefined);
    await guard.ready();
    for (const resource of ['book 7', 'book 8', 'other']) guard.allows({ ...max, resource });
    expect(guard.stats()).toMatchObject({
      revision: 1,
      policies: 101,
      templates: 0,
      links: 0,
      residual: 1,
      decisions: 3,
    });
    expect(guard.stats()?.candidates).toEqual([0, 1, 2]);
    await guard.close();
    expect(guard.stats()).toBe(undefined);
  });
});
