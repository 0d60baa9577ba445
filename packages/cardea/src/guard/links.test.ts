import { describe, expect, it } from 'vitest';
import { allowing, denying } from '../../test/policies.ts';
import { recordingLogger } from '../../test/recording-logger.ts';
import { StagedStorage } from '../../test/staged-storage.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Policy } from '../model/policy.ts';
import type { Changes } from '../ports/storage.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { Guard } from './guard.ts';

const max = { subject: 'max', action: 'get', resource: 'book' } as const;
const acl = (uid: string, rest: Partial<Policy> = {}): Policy =>
  allowing(uid, { subjects: [{ $slot: 'user' }], resources: [{ $slot: 'doc' }], slots: ['user', 'doc'], ...rest });
const link = (user: string, doc: string, template = 'acl'): PolicyLink => ({ template, values: { user, doc } });

/** A storage whose links are what other writers may have put into a database. */
function withLinks(policies: readonly Policy[], links: readonly unknown[]): StagedStorage {
  const storage = new StagedStorage(new MemoryStorage(policies));
  storage.retrieveLinks = async function* () {
    yield* links as readonly PolicyLink[];
  };
  return storage;
}

describe('links', () => {
  it('allow and deny as policies do, and decide under their uids', async () => {
    const storage = new MemoryStorage([acl('acl'), { ...acl('not'), effect: 'deny' }], {
      links: [link('max', 'book')],
    });
    const guard = new Guard(storage);
    expect(await guard.check(max)).toMatchObject({ outcome: 'allow', deciders: ['acl["max","book"]'] });
    await storage.link(link('max', 'book', 'not'));
    expect(await guard.check(max)).toMatchObject({ outcome: 'deny', deciders: ['not["max","book"]'] });
    await storage.unlink(link('max', 'book', 'not'));
    await storage.unlink(link('max', 'book'));
    expect(await guard.check(max)).toMatchObject({ outcome: 'not-applicable' });
  });

  it('are followed, not read again', async () => {
    const storage = new StagedStorage(new MemoryStorage([acl('acl')]));
    const guard = new Guard(storage);
    await guard.ready();
    storage.calls.length = 0;
    await storage.inner.linkAll(Array.from({ length: 100 }, (_, at) => link('max', `book ${at}`)));
    expect(await guard.isAllowed({ ...max, resource: 'book 7' })).toBe(true);
    expect(storage.calls).toEqual(['changesSince']);
  });

  it('come in batches, all of them', async () => {
    const links = Array.from({ length: 2500 }, (_, at) => link('max', `book ${at}`));
    const guard = new Guard(new MemoryStorage([acl('acl')], { links }));
    await guard.ready();
    const found = links.filter((_, at) => guard.allows({ ...max, resource: `book ${at}` }));
    expect([found.length, guard.stats()?.links]).toEqual([2500, 2500]);
  });

  it('keep their meaning when the slots of the template change their order', async () => {
    const storage = new MemoryStorage([acl('acl')], { links: [link('max', 'book')] });
    const guard = new Guard(storage);
    await guard.ready();
    await storage.update(acl('acl', { slots: ['doc', 'user'] }));
    expect(await guard.check(max)).toMatchObject({ deciders: ['acl["book","max"]'] });
  });

  it('go with their template, and do not come back with it', async () => {
    const storage = new MemoryStorage([acl('acl')], { links: [link('max', 'book')] });
    const guard = new Guard(storage);
    await guard.ready();
    await storage.apply([
      { type: 'delete', uid: 'acl' },
      { type: 'add', policy: acl('acl') },
    ]);
    expect(await guard.isAllowed(max)).toBe(false);
    expect(guard.stats()).toMatchObject({ templates: 1, links: 0 });
  });

  it('are none where a storage was written before there were links', async () => {
    const storage = withLinks([allowing('all')], []);
    Object.assign(storage, { retrieveLinks: undefined });
    expect(await new Guard(storage).isAllowed(max)).toBe(true);
  });

  it('are told by the description of their template', async () => {
    const records: string[] = [];
    const policies = [acl('acl', { description: 'shared by its owner' }), allowing('acl[x]')];
    const guard = new Guard(new MemoryStorage(policies, { links: [link('max', 'book')] }), {
      audit: { sinks: [{ write: ({ candidates }) => void records.push(candidates) }], message: 'description' },
    });
    await guard.check(max);
    expect(records).toEqual(['["shared by its owner",null]']);
  });
});

describe('links while others write', () => {
  it('end in what the storage has, whatever the reading saw of them', async () => {
    const inner = new MemoryStorage([acl('acl')], { links: [link('max', 'old')] });
    let writes = 0;
    const storage = new StagedStorage(inner, async (method) => {
      if (method !== 'retrieveLinks' || writes++ > 0) return;
      await inner.apply([
        { type: 'unlink', link: link('max', 'old') },
        { type: 'add', policy: { ...acl('not'), effect: 'deny' } },
        { type: 'link', link: link('max', 'book') },
        { type: 'link', link: link('max', 'new', 'not') },
      ]);
    });
    const guard = new Guard(storage);
    await guard.ready();
    const outcomes = ['old', 'book', 'new'].map((resource) => guard.decide({ ...max, resource }).outcome);
    expect([outcomes, storage.calls.filter((method) => method === 'retrieveLinks').length]).toEqual([
      ['not-applicable', 'allow', 'deny'],
      1,
    ]);
  });

  it('are read again where a template took another form meanwhile', async () => {
    const inner = new MemoryStorage([acl('acl')]);
    let writes = 0;
    const storage = new StagedStorage(inner, async (method) => {
      if (method !== 'retrieveLinks' || writes++ > 0) return;
      await inner.update(acl('acl', { resources: [{ $any: true }], slots: ['user'] }));
      await inner.link({ template: 'acl', values: { user: 'max' } });
    });
    expect(await new Guard(storage).check(max)).toMatchObject({ deciders: ['acl["max"]'] });
  });

  it('are never taken for consistent where the storage always changes their form', async () => {
    const storage = withLinks([{ ...acl('acl'), effect: 'deny' }, allowing('all')], [{ template: 'acl', values: {} }]);
    let writes = 0;
    storage.stage = async (method) => {
      if (method === 'changesSince') await storage.inner.add(allowing(`p${writes++}`));
    };
    expect(await new Guard(storage).check(max)).toMatchObject({
      outcome: 'indeterminate',
      diagnostics: [{ kind: 'infrastructure', message: expect.stringContaining('no consistent list of its links') }],
    });
  });
});

describe('an invalid stored link', () => {
  it.each<[string, unknown]>([
    ['a slot is missing', { template: 'acl', values: { user: 'max' } }],
    ['a slot is unknown', { template: 'acl', values: { user: 'max', doc: 'book', day: 'today' } }],
    ['a value is a list', { template: 'acl', values: { user: 'max', doc: ['book'] } }],
    ['a value is no number', { template: 'acl', values: { user: 'max', doc: Number.NaN } }],
    ['there are no values', { template: 'acl' }],
  ])('of a template that denies lets nobody through, of one that allows never applies: %s', async (_, stored) => {
    const denies = new Guard(withLinks([{ ...acl('acl'), effect: 'deny' }, allowing('all')], [stored]));
    expect(await denies.check(max)).toMatchObject({ outcome: 'indeterminate', diagnostics: [{ kind: 'error' }] });
    const allows = new Guard(withLinks([acl('acl'), allowing('all')], [stored, link('max', 'book')]));
    expect(await allows.check(max)).toMatchObject({ outcome: 'allow', deciders: ['acl["max","book"]', 'all'] });
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'acl'],
    ['a template that is no text', { template: 7, values: {} }],
  ])('of which nobody knows the template lets nobody through: %s', async (_, stored) => {
    const guard = new Guard(withLinks([allowing('all')], [stored]));
    expect((await guard.check(max)).outcome).toBe('indeterminate');
  });

  it('of a template that is not there says nothing, but is logged', async () => {
    const { logger, lines } = recordingLogger();
    const guard = new Guard(withLinks([allowing('all')], [link('max', 'book')]), { logger });
    expect(await guard.isAllowed(max)).toBe(true);
    expect(lines.map(({ message }) => message)).toContain('stored links of no template are left out');
  });

  it('of an invalid template is told once, by that', async () => {
    const { logger, lines } = recordingLogger();
    const broken = { ...acl('acl'), effect: 'deny', until: 'tomorrow' } as Policy;
    const storage = withLinks([], [link('max', 'book'), link('eve', 'book')]);
    storage.getAll = async (limit, offset) => [broken].slice(offset, offset + limit);
    storage.retrieveAll = async function* () {
      yield broken;
    };
    expect((await new Guard(storage, { logger }).check(max)).diagnostics).toMatchObject([{ uid: 'acl' }]);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('is forgotten once it is repaired', async () => {
    const links: unknown[] = [{ template: 'acl', values: {} }];
    const storage = withLinks([{ ...acl('acl'), effect: 'deny' }, allowing('all')], links);
    const guard = new Guard(storage);
    expect((await guard.check(max)).outcome).toBe('indeterminate');
    links.length = 0;
    await storage.inner.update({ ...acl('acl'), effect: 'deny', description: 'repaired' });
    expect((await guard.check(max)).outcome).toBe('allow');
  });

  it('that is announced is read from the storage, not guessed', async () => {
    const links: unknown[] = [];
    const storage = withLinks([{ ...acl('acl'), effect: 'deny' }, allowing('all')], links);
    const guard = new Guard(storage);
    await guard.ready();
    const broken = { template: 'acl', values: { user: 'max' } };
    storage.changesSince = async (revision): Promise<Changes> => {
      const since = await storage.inner.changesSince(revision);
      const changes = since.complete
        ? since.changes.map((change) => ({ ...change, change: { type: 'link', link: broken } as const }))
        : [];
      return { complete: true, revision: since.revision, changes };
    };
    links.push(broken);
    await storage.inner.add(denying('x', { actions: ['put'] }));
    expect((await guard.check(max)).outcome).toBe('indeterminate');
  });
});
