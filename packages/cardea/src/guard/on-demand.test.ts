import { describe, expect, it } from 'vitest';
import { MemoryBackend, MemoryDatabase } from '../../test/memory-backend.ts';
import { allowing, denying } from '../../test/policies.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { StagedStorage } from '../../test/staged-storage.ts';
import { defineFunction } from '../ast/functions.ts';
import { formatExplanation } from '../decide/explain-format.ts';
import { policyKeyer } from '../keying/keyer.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Policy } from '../model/policy.ts';
import type { Candidates } from '../ports/storage.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { StoredStorage } from '../storage/stored/stored-storage.ts';
import { type Checker, defaultChecker, regexChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { createCachedGuard } from './caching.ts';
import { Guard, type GuardOptions } from './guard.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;
const acl = (uid: string, rest: Partial<Policy> = {}): Policy =>
  allowing(uid, { subjects: [{ $slot: 'user' }], resources: [{ $slot: 'doc' }], slots: ['user', 'doc'], ...rest });
const onDemand = (storage: ConstructorParameters<typeof Guard>[0], options: GuardOptions = {}): Guard =>
  new Guard(storage, { ...options, policies: 'on-demand' });

/** A storage that keeps whatever it is given: what other writers may have put into a database. */
function unchecked(policies: readonly unknown[], links: readonly unknown[] = []): StagedStorage {
  const parse = (policy: unknown) => ({ ok: true, value: policy as Policy }) as const;
  const storage = new StagedStorage(new MemoryStorage(policies as readonly Policy[], { parse }));
  storage.retrieveLinks = async function* () {
    yield* links as readonly PolicyLink[];
  };
  storage.findForInquiry = async (inquiry) => {
    const candidates = await storage.inner.findForInquiry(inquiry);
    return { ...candidates, links } as Candidates;
  };
  return storage;
}

describe('a guard on demand', () => {
  it('asks the storage for the candidates of each inquiry, and for nothing else', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    const guard = onDemand(storage);
    expect(await guard.check(max)).toMatchObject({ outcome: 'allow', deciders: ['all'], revision: 1 });
    expect(await guard.isAllowed(max)).toBe(true);
    expect((await guard.explain(max)).policies).toMatchObject([{ uid: 'all', role: 'decider' }]);
    expect(storage.calls).toEqual(['findForInquiry', 'findForInquiry', 'findForInquiry']);
  });

  it('decides over what others have written, without being told', async () => {
    const database = new MemoryDatabase();
    const [own, other] = [0, 1].map(
      () => new StoredStorage(new MemoryBackend(database), { keyer: policyKeyer(), pollMs: 0 }),
    ) as [StoredStorage, StoredStorage];
    const guard = onDemand(own);
    await other.add(allowing('all'));
    expect(await guard.isAllowed(max)).toBe(true);
    await other.add(denying('max', { subjects: ['max'] }));
    expect(await guard.check(max)).toMatchObject({ outcome: 'deny', deciders: ['max'], revision: 2 });
  });

  it('explains by the candidates, and says that it looked at no others', async () => {
    const keyed = new StoredStorage(new MemoryBackend(new MemoryDatabase()), { keyer: policyKeyer(), pollMs: 0 });
    await keyed.addAll(['max', 'eva'].map((uid) => allowing(uid, { subjects: [uid] })));
    const explanation = await onDemand(keyed).explain({ ...max, subject: 'bob' });
    expect([explanation.scope, explanation.policies, explanation.others.count]).toEqual(['candidates', [], 0]);
    expect(formatExplanation(explanation, { style: 'text' })).toBe(
      'denied: no policy applies\nonly the candidates that the storage found were looked at',
    );
    expect(await new Guard(keyed).explain({ ...max, subject: 'bob' })).not.toHaveProperty('scope');
  });

  it('does not decide at once, and says why', async () => {
    const guard = onDemand(new MemoryStorage([allowing('all')]));
    await guard.ready();
    expect([guard.allows(max), guard.allowsNow(max)]).toEqual([false, undefined]);
    expect(guard.decide(max)).toMatchObject({
      outcome: 'indeterminate',
      diagnostics: [{ kind: 'infrastructure', message: expect.stringContaining('use `check`') as string }],
    });
  });

  it('asks nothing for an inquiry that is none', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    const guard = onDemand(storage);
    const none = { subject: 'max', verb: 'get' } as never;
    expect(await guard.check(none)).toMatchObject({ outcome: 'indeterminate', diagnostics: [{ kind: 'error' }] });
    expect([await guard.isAllowed(none), (await guard.explain(none)).policies]).toEqual([false, []]);
    expect(storage.calls).toEqual([]);
  });

  it('asks with what attribute sources know', async () => {
    const attributes = [{ name: 'directory', of: 'subject', fetch: async () => ({ role: 'admin' }) } as const];
    const keyed = new StoredStorage(new MemoryBackend(new MemoryDatabase()), { keyer: policyKeyer(), pollMs: 0 });
    await keyed.add(allowing('admins', { subjects: [{ role: 'admin' }] }));
    expect(await onDemand(keyed, { attributes }).isAllowed({ ...max, subject: { name: 'max' } })).toBe(true);
  });

  it('reads each policy once as long as the storage gives the same one', async () => {
    let reads = 0;
    const { readString, ...rest } = defaultChecker();
    const checker: Checker = {
      ...rest,
      readString: (...given) => {
        reads += 1;
        return readString(...given);
      },
    };
    const storage = new MemoryStorage([allowing('max', { subjects: ['max'] })]);
    const guard = onDemand(storage, { checker });
    for (let ask = 0; ask < 3; ask++) expect(await guard.isAllowed(max)).toBe(true);
    expect(reads).toBe(1);
    await storage.update(allowing('max', { subjects: ['eva'] }));
    expect([await guard.isAllowed(max), reads]).toEqual([false, 2]);
  });

  it('reads a policy again that somebody could have changed', async () => {
    const policy = { ...allowing('max'), subjects: ['max'] };
    const guard = onDemand(unchecked([Object.freeze(policy)]));
    expect(await guard.isAllowed(max)).toBe(true);
    policy.subjects[0] = 'eva';
    expect(await guard.isAllowed(max)).toBe(false);
  });

  it('tells what its decisions cost', async () => {
    const storage = new MemoryStorage([allowing('all'), acl('acl')], {
      links: [{ template: 'acl', values: { user: 'max', doc: 'book' } }],
    });
    const guard = onDemand(storage);
    expect(guard.stats()).toBe(undefined);
    await guard.check(max);
    await guard.check(max);
    expect(guard.stats()).toEqual({ revision: 1, decisions: 2, candidates: [0, 0, 2] });
    await guard.close();
    expect(guard.stats()).toBe(undefined);
  });

  it('answers nothing once closed, also where it was asked before', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    const guard = onDemand(storage);
    const asked = guard.check(max);
    await guard.close();
    const answers = [await asked, await guard.check(max)];
    expect(answers.map(({ outcome }) => outcome)).toEqual(['indeterminate', 'indeterminate']);
    expect(answers[1]?.diagnostics).toMatchObject([{ message: 'the guard is closed' }]);
    await expect(guard.ready()).rejects.toThrow('the guard is closed');
  });

  it('records descriptions, those of links too, and then remembers no decisions', async () => {
    const records: string[] = [];
    const storage = new MemoryStorage([acl('acl', { description: 'shared by its owner' }), allowing('acl[x]')], {
      links: [{ template: 'acl', values: { user: 'max', doc: 'book' } }],
    });
    const { guard } = createCachedGuard(storage, {
      policies: 'on-demand',
      audit: { sinks: [{ write: ({ candidates }) => void records.push(candidates) }], message: 'description' },
    });
    await guard.check(max);
    await guard.check(max);
    expect(records).toEqual(['["shared by its owner",null]', '["shared by its owner",null]']);
  });

  it.each<[string, GuardOptions]>([
    ['engine', { engine: (() => undefined) as never }],
    ['snapshot', { snapshot: new Uint8Array() }],
    ['maxLagMs', { maxLagMs: 1 }],
  ])('refuses `%s`, which it does not read', (name, options) => {
    expect(() => onDemand(new MemoryStorage(), options)).toThrow(`\`${name}\` is for a resident guard`);
  });

  it('has no snapshot, and is one of two kinds', () => {
    expect(() => onDemand(new MemoryStorage()).toSnapshot()).toThrow('holds no policies');
    const options = { policies: 'lazy' } as never;
    expect(() => new Guard(new MemoryStorage(), options)).toThrow('unknown policies `lazy`');
  });
});

describe('a guard on demand over what is invalid', () => {
  const good = allowing('good');
  const allOf = acl('acl', { effect: 'deny' });
  it.each<[string, readonly unknown[], readonly unknown[]]>([
    ['an allow with a fault', [good, { ...allowing('bad'), subjects: [{ $eqq: 1 }] }], []],
    ['a deny with a fault', [good, { ...denying('bad'), resources: ['<unbalanced'] }], []],
    ['no effect', [good, { ...allowing('x'), effect: undefined }], []],
    [
      'uids that are no texts',
      [{ ...denying('x'), uid: 1 }, { ...allowing('y'), uid: { id: 2 } }, allowing('`1`')],
      [],
    ],
    ['uids like keys', [{ ...denying('x'), uid: 1 }, ...['\0', '\u00001`1`'].map((uid) => allowing(uid))], []],
    ['a text in place of a policy', [good, 'policy'], []],
    ['a link that lacks a slot', [good, allOf], [{ template: 'acl', values: { user: 'max' } }]],
    [
      'two of them, and a good one',
      [good, allOf],
      [null, { template: 'acl' }, { template: 'acl', values: { user: 'max', doc: 'book' } }],
    ],
    ['a link of no template', [good], [{ template: 'acl', values: {} }]],
    ['a link of an invalid template', [good, { ...allOf, until: 'tomorrow' }], [{ template: 'acl', values: {} }]],
  ])('decides as a resident guard: %s', async (_, policies, links) => {
    const [resident, asking] = [new Guard(unchecked(policies, links)), onDemand(unchecked(policies, links))];
    const decision = await asking.check(max);
    expect(decision).toEqual(await resident.check(max));
    const seen = (await asking.explain(max)).policies.map(({ uid, role }) => [uid, role]);
    expect(seen).toEqual((await resident.explain(max)).policies.map(({ uid, role }) => [uid, role]));
  });

  it('allows nothing where a uid is there twice, as a resident guard', async () => {
    const storage = new StagedStorage(new MemoryStorage());
    storage.findForInquiry = async () => ({ revision: 1, policies: [allowing('a'), denying('a')], links: [] });
    expect(await onDemand(storage).check(max)).toMatchObject({
      outcome: 'indeterminate',
      diagnostics: [{ kind: 'infrastructure', message: expect.stringContaining('no consistent list') as string }],
    });
  });

  it('names each fault once, not with every decision', async () => {
    const { logger, lines } = recordingLogger();
    const faults = [
      { ...allowing('bad'), actions: [] },
      { ...denying('worse'), actions: [] },
    ];
    const guard = onDemand(unchecked(faults, [null, { template: 'none', values: {} }]), { logger });
    for (let ask = 0; ask < 3; ask++) await guard.check(max);
    expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'a stored policy is invalid: it never applies',
      'a stored policy is invalid: nothing that it might deny is allowed',
      'stored links of no template are left out',
      'a stored link is invalid: nothing that it might deny is allowed',
    ]);
  });
});

describe('a guard on demand over a storage with keys', () => {
  const stored = (keyer = policyKeyer()): StoredStorage =>
    new StoredStorage(new MemoryBackend(new MemoryDatabase()), { keyer, pollMs: 0 });
  const mine = defineFunction({ name: 'mine', meaning: 'yes', call: () => true });

  it.each<[string, GuardOptions, Parameters<typeof policyKeyer>[0]]>([
    ['the checker', { checker: regexChecker() }, { checker: regexChecker() }],
    ['the functions', { functions: [mine] }, { functions: functionTable([mine]) }],
  ])('refuses to start where these were made by another reading: %s', async (_, options, reading) => {
    const { logger, lines } = recordingLogger();
    const other = stored();
    await other.add(allowing('all', { subjects: ['max'], actions: ['get'], resources: ['book'] }));
    const guard = onDemand(other, { ...options, logger });
    await expect(guard.ready()).rejects.toMatchObject({
      code: 'CARDEA_CONFLICT',
      message: expect.stringContaining('`rekey()`') as string,
    });
    expect(await guard.check(max)).toMatchObject({
      outcome: 'indeterminate',
      diagnostics: [{ kind: 'infrastructure' }],
    });
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    const own = stored(policyKeyer(reading));
    await own.add(allowing('all', { subjects: ['max'], actions: ['get'], resources: ['book'] }));
    const started = onDemand(own, options);
    await started.ready();
    expect(await started.isAllowed(max)).toBe(true);
  });
});

describe('a guard on demand over a storage that fails', () => {
  it('allows nothing, says so once, and goes on when the storage does', async () => {
    const { logger, lines } = recordingLogger();
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    const guard = onDemand(storage, { logger });
    await guard.ready();
    storage.stage = () => {
      throw new Error('connection lost');
    };
    for (let ask = 0; ask < 2; ask++)
      expect(await guard.check(max)).toMatchObject({
        outcome: 'indeterminate',
        diagnostics: [{ kind: 'infrastructure', message: 'the policies cannot be read: connection lost' }],
      });
    expect(await guard.isAllowed(max)).toBe(false);
    await expect(guard.ready()).rejects.toMatchObject({ code: 'CARDEA_IO' });
    expect(guard.stats()).toBe(undefined);
    expect(guard.lag()).toMatchObject({ revision: undefined, newest: 1, failure: expect.any(String) as string });
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    storage.stage = () => undefined;
    expect(await guard.isAllowed(max)).toBe(true);
    expect(guard.lag()).toMatchObject({ revision: 1, newest: 1, behindMs: 0, failure: undefined });
  });

  it.each([null, {}, { revision: 1, policies: [null], links: [] }])(
    'allows nothing where it is given %j',
    async (given) => {
      const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
      storage.findForInquiry = async () => given as never;
      expect((await onDemand(storage).check(max)).outcome).toBe('indeterminate');
    },
  );
});

describe('a guard on demand that remembers', () => {
  it('reads candidates only where it does not know the decision of the revision', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    const { guard, cache } = createCachedGuard(storage, { policies: 'on-demand' });
    await guard.check(max);
    await guard.check(max);
    expect(storage.calls).toEqual(['revision', 'findForInquiry', 'revision']);
    await storage.inner.update(denying('all'));
    expect(await guard.check(max)).toMatchObject({ outcome: 'deny', revision: 2 });
    expect(cache.info()).toMatchObject({ hits: 1, misses: 2, currentSize: 2 });
  });

  it('knows a decision under the revision that it was made over, whatever was asked before', async () => {
    const inner = new MemoryStorage([allowing('all')]);
    const storage = new StagedStorage(inner, async (method) => {
      if (method === 'findForInquiry') await inner.update(denying('all'));
    });
    const { guard } = createCachedGuard(storage, { policies: 'on-demand' });
    expect(await guard.check(max)).toMatchObject({ outcome: 'deny', revision: 2 });
    expect(await guard.check(max)).toMatchObject({ outcome: 'deny', revision: 2 });
    expect(storage.calls).toEqual(['revision', 'findForInquiry', 'revision']);
  });

  it('forgets everything where the storage was put back to an old state', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    const { guard } = createCachedGuard(storage, { policies: 'on-demand' });
    await storage.inner.add(allowing('more'));
    expect(await guard.isAllowed(max)).toBe(true);
    const other = new MemoryStorage([denying('all')]);
    storage.revision = () => other.revision();
    storage.findForInquiry = () => other.findForInquiry();
    expect(await guard.isAllowed(max)).toBe(false);
    await other.add(denying('more'));
    expect(await guard.check(max)).toMatchObject({ outcome: 'deny', revision: 2 });
  });

  it('decides where it cannot be told the revision but the candidates', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]), (method) => {
      if (method === 'revision') throw new Error('no');
    });
    const { guard } = createCachedGuard(storage, { policies: 'on-demand' });
    expect(await guard.isAllowed(max)).toBe(true);
  });
});
