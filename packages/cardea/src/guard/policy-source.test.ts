import { describe, expect, it } from 'vitest';
import { allowing, denying } from '../../test/policies.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { StagedStorage } from '../../test/staged-storage.ts';
import { indexed } from '../engine/indexed.ts';
import type { Revision } from '../model/decision.ts';
import type { Policy } from '../model/policy.ts';
import type { CreatePolicyEngine } from '../ports/engine.ts';
import type { Storage } from '../ports/storage.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { Guard } from './guard.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;

/** A storage that keeps whatever it is given: what other writers may have put into a database. */
const unchecked = (...stored: readonly unknown[]): MemoryStorage =>
  new MemoryStorage(stored as readonly Policy[], { parse: (policy) => ({ ok: true, value: policy as Policy }) });

describe('following a storage', () => {
  it('reads only the changes, not everything again', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    const guard = new Guard(storage);
    await guard.ready();
    storage.calls.length = 0;
    await storage.inner.update(denying('all'));
    expect(await guard.check(max)).toMatchObject({ outcome: 'deny', revision: 2 });
    expect(storage.calls).toEqual(['changesSince']);
  });

  it('tells its engine of which revision it is, and that the storage cannot be read', async () => {
    const told: (Revision | undefined)[] = [];
    const settled = (revision: Revision | undefined): void => void told.push(revision);
    const engine: CreatePolicyEngine = (functions) => Object.assign(indexed(functions), { settled });
    let isGone = false;
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]), () => {
      if (isGone) throw new Error('gone');
    });
    const guard = new Guard(storage, { engine });
    await guard.ready();
    await storage.inner.update(denying('all'));
    await guard.ready();
    isGone = true;
    await storage.inner.add(allowing('other'));
    expect(await guard.check(max)).toMatchObject({ outcome: 'indeterminate' });
    isGone = false;
    await guard.ready();
    await guard.close();
    expect(told.filter((revision, at) => revision !== told[at - 1])).toEqual([1, 2, undefined, 3, undefined]);
  });

  it('asks nothing of the storage while nothing changes', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    const guard = new Guard(storage);
    await guard.ready();
    storage.calls.length = 0;
    await Promise.all([guard.check(max), guard.isAllowed(max), guard.explain(max)]);
    expect(storage.calls).toEqual([]);
  });

  it('loads once for many that ask at the same time', async () => {
    const storage = new StagedStorage(new MemoryStorage([allowing('all')]));
    const guard = new Guard(storage);
    await Promise.all(Array.from({ length: 20 }, () => guard.check(max)));
    expect(storage.calls.filter((method) => method === 'watch')).toHaveLength(1);
    expect(storage.calls.filter((method) => method === 'revision')).toHaveLength(1);
  });

  it('reads everything again after a gap in the changes', async () => {
    const storage = new MemoryStorage([allowing('old')], { historySize: 1 });
    const guard = new Guard(storage);
    await guard.ready();
    const added = Array.from({ length: 10 }, (_, at) => ({ type: 'add', policy: allowing(`p${at}`) }) as const);
    await storage.apply([...added, { type: 'delete', uid: 'old' }]);
    expect((await guard.check(max)).candidates).toEqual(added.map(({ policy }) => policy.uid));
  });

  it('reads everything again when the storage was reset, although revisions repeat', async () => {
    const storage = new ResettableStorage([allowing('all')]);
    const guard = new Guard(storage);
    await storage.inner.update(allowing('all', { actions: ['get'] }));
    expect((await guard.check(max)).allowed).toBe(true);
    storage.reset([denying('none')]);
    expect(await guard.check(max)).toMatchObject({ outcome: 'deny', deciders: ['none'], revision: 1 });
  });

  it('keeps the place of an updated policy and moves one that is added again to the end', async () => {
    const storage = new MemoryStorage(['a', 'b', 'c'].map((uid) => allowing(uid)));
    const guard = new Guard(storage);
    await guard.ready();
    await storage.update(allowing('b', { priority: 1 }));
    await storage.delete('a');
    await storage.add(allowing('a'));
    expect((await guard.check(max)).candidates).toEqual(['b', 'c', 'a']);
  });

  it('does not wait for changes that come after the call', async () => {
    const inner = new MemoryStorage([allowing('all')]);
    // Each time the guard reads the changes, somebody makes another one.
    const storage = new StagedStorage(inner, async (method) => {
      if (method === 'changesSince') await inner.update(allowing('all'));
      await new Promise((resolve) => setTimeout(resolve));
    });
    const guard = new Guard(storage);
    await guard.ready();
    await inner.update(allowing('all'));
    expect((await guard.check(max)).allowed).toBe(true);
    await guard.close();
  });

  it('does not begin to listen after it was closed', async () => {
    const storage = new StagedStorage(new MemoryStorage());
    const guard = new Guard(storage);
    const ready = guard.ready();
    await guard.close();
    await expect(ready).rejects.toThrow('the guard is closed');
    expect(storage.calls).toEqual([]);
  });

  it('hears nothing any more once closed', async () => {
    const storage = new StagedStorage(new MemoryStorage());
    const guard = new Guard(storage);
    await guard.ready();
    await guard.close();
    storage.calls.length = 0;
    await storage.inner.add(allowing('all'));
    expect(storage.calls).toEqual([]);
  });
});

describe('loading while others write', () => {
  it('never skips a policy because pages moved', async () => {
    const uids = Array.from({ length: 2500 }, (_, at) => `p${at}`);
    const inner = new MemoryStorage([...uids.map((uid) => allowing(uid)), denying('last')]);
    let writes = 0;
    const storage = new StagedStorage(inner, async (method) => {
      // A policy before the next page goes, so that the first of that page is skipped.
      if (method === 'retrieveAll' && writes < 4) await inner.delete(uids[writes++] as string);
    });
    const decision = await new Guard(storage).check(max);
    expect(decision).toMatchObject({ outcome: 'deny', deciders: ['last'], revision: await inner.revision() });
    expect(decision.candidates).toEqual([...uids.slice(writes), 'last']);
  });

  it('ends, and in one revision, although the storage never rests', async () => {
    const inner = new MemoryStorage([allowing('a'), denying('b', { resources: ['other'] })]);
    let writes = 0;
    const storage = new StagedStorage(inner, async (method) => {
      if (method !== 'retrieveAll' && method !== 'getAll' && method !== 'changesSince') return;
      await new Promise((resolve) => setTimeout(resolve));
      // INVARIANT of the data: exactly one of the two policies denies.
      writes += 1;
      const [one, other] = writes % 2 === 0 ? [denying, allowing] : [allowing, denying];
      await inner.apply([
        { type: 'update', policy: one('a', { priority: writes }) },
        { type: 'update', policy: other('b', { priority: writes }) },
      ]);
    });
    const guard = new Guard(storage);
    for (let ask = 0; ask < 10; ask++) {
      const { outcome, deciders, revision } = await guard.check(max);
      // The first revision has no write, so an odd one comes of an even number of writes.
      expect([outcome, deciders]).toEqual(['deny', [revision % 2 === 1 ? 'a' : 'b']]);
    }
    await guard.close();
  });

  it('refuses a storage that lists a uid twice', async () => {
    const twice = new StagedStorage(new MemoryStorage());
    twice.getAll = async () => [allowing('a'), denying('a')];
    twice.retrieveAll = async function* () {
      yield* await this.getAll(2, 0);
    };
    const decision = await new Guard(twice).check(max);
    expect(decision).toMatchObject({ allowed: false, diagnostics: [{ kind: 'infrastructure' }] });
  });
});

describe('an invalid stored policy', () => {
  it('that allows never applies, and is told with every decision', async () => {
    const guard = new Guard(unchecked(allowing('good'), { ...allowing('bad'), subjects: [{ $eqq: 1 }] }));
    expect(await guard.check(max)).toMatchObject({
      allowed: true,
      deciders: ['good'],
      diagnostics: [{ uid: 'bad', kind: 'error', message: expect.stringContaining('unknown rule `$eqq`') as string }],
    });
  });

  it('that denies keeps everything from being allowed until it is repaired', async () => {
    const storage = unchecked(allowing('good'), { ...denying('bad'), resources: ['<unbalanced'] });
    const guard = new Guard(storage);
    expect(await guard.check(max)).toMatchObject({ outcome: 'indeterminate', diagnostics: [{ uid: 'bad' }] });
    await storage.update(denying('bad', { resources: ['other'] }));
    expect(await guard.check(max)).toMatchObject({ outcome: 'allow', diagnostics: [] });
  });

  it.each<[string, unknown, string?]>([
    ['an effect in capitals', { ...allowing('x'), effect: 'ALLOW' }],
    ['no effect', { ...allowing('x'), effect: undefined }],
    ['members that nobody knows', { ...denying('x'), until: 'tomorrow' }],
    ['a function that is not registered', denying('x', { subjects: [{ $custom: ['nobody.knows'] }] })],
    [
      'a getter that throws',
      Object.defineProperty({ ...denying('x') }, 'subjects', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
    ],
    [
      'an effect that throws',
      Object.defineProperty({ ...denying('x') }, 'effect', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
    ],
    ['no uid', { ...denying('x'), uid: undefined }],
    ['no uid, beside a policy whose uid is the text of none', { ...denying('x'), uid: undefined }, '`undefined`'],
    ['a uid that is no string, beside one that is its text', { ...denying('x'), uid: 1 }, '`1`'],
    ['only a uid', { uid: 'x' }],
  ])('is a deny unless it plainly allows: %s', async (_, stored, uid = 'good') => {
    const guard = new Guard(unchecked(stored, allowing(uid)));
    expect(await guard.check(max)).toMatchObject({ allowed: false, outcome: 'indeterminate' });
  });

  it('whose uid is no string is shown by its text, and followed', async () => {
    const storage = unchecked({ ...denying('x'), uid: 1 }, { ...allowing('y'), uid: { id: 2 } }, allowing('`1`'));
    const guard = new Guard(storage);
    const { diagnostics, candidates } = await guard.check(max);
    expect([diagnostics.map(({ uid }) => uid), candidates]).toEqual([['`1`', '`{"id":2}`'], ['`1`']]);
    expect((await guard.explain(max)).policies.map(({ uid }) => uid)).toEqual(['`1`', '`1`', '`{"id":2}`']);
    await storage.update({ ...allowing('x'), uid: 1 as never });
    expect(await guard.check(max)).toMatchObject({ outcome: 'allow', deciders: ['`1`'] });
  });

  it('does not hide behind a uid that looks like a key of the guard', async () => {
    const hostile = ['\u0000', '\u00001`1`', '\u0000\u0000', '1`1`'].map((uid) => allowing(uid));
    const storage = unchecked({ ...denying('x'), uid: 1 }, ...hostile);
    const guard = new Guard(storage);
    expect(await guard.check(max)).toMatchObject({
      outcome: 'indeterminate',
      candidates: hostile.map(({ uid }) => uid),
      diagnostics: [{ uid: '`1`' }],
    });
    await storage.delete('\u00001`1`');
    expect((await guard.check(max)).candidates).toEqual(['\u0000', '\u0000\u0000', '1`1`']);
  });

  it('counts as of the highest priority where nobody can know it', async () => {
    const broken = { ...denying('bad'), priority: 'high' };
    const guard = new Guard(unchecked(allowing('good', { priority: 100 }), broken), { combining: 'highest-priority' });
    expect((await guard.check(max)).outcome).toBe('indeterminate');
  });

  it('is named loudly once, with what it does', async () => {
    const { logger, lines } = recordingLogger();
    const guard = new Guard(
      unchecked({ ...allowing('bad-allow'), actions: [] }, { ...denying('bad-deny'), actions: [] }),
      { logger },
    );
    await guard.ready();
    await guard.check(max);
    const errors = lines.filter(({ level }) => level === 'error');
    expect(errors.map(({ message, fields }) => [(fields as { uid: string }).uid, message])).toEqual([
      ['bad-allow', 'a stored policy is invalid: it never applies'],
      ['bad-deny', 'a stored policy is invalid: nothing that it might deny is allowed'],
    ]);
  });

  it('is explained with its faults', async () => {
    const guard = new Guard(unchecked({ ...denying('bad'), actions: [] }));
    const { policies } = await guard.explain(max);
    expect(policies).toMatchObject([{ uid: 'bad', role: 'error', truth: 'error' }]);
    expect(JSON.stringify(policies)).toContain('a list of at least one element');
  });
});

/** A storage that starts anew, as one restored from an old backup does. */
class ResettableStorage extends StagedStorage implements Storage {
  readonly #listeners = new Set<(revision: Revision) => void>();
  #current: MemoryStorage;

  constructor(policies: readonly Policy[]) {
    const first = new MemoryStorage(policies);
    super(first);
    this.#current = first;
    this.#route(first);
  }

  reset(policies: readonly Policy[]): void {
    this.#current = new MemoryStorage(policies);
    this.#route(this.#current);
    for (const listener of this.#listeners) listener(1);
  }

  override watch(listener: (revision: Revision) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #route(storage: MemoryStorage): void {
    this.revision = () => storage.revision();
    this.changesSince = (revision) => storage.changesSince(revision);
    this.getAll = (limit, offset) => storage.getAll(limit, offset);
    this.retrieveAll = () => storage.retrieveAll();
  }
}
