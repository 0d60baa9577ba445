import { describe, expect, it, vi } from 'vitest';
import { recordingLogger } from '../../test/recording-logger.ts';
import { defineFunction } from '../ast/functions.ts';
import { formatExplanation } from '../decide/explain-format.ts';
import { filter } from '../filter/memory/predicate.ts';
import { attributes } from '../model/entity.ts';
import type { Entity } from '../model/inquiry.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { allow } from '../syntax/define.ts';
import { any, custom } from '../syntax/rules/index.ts';
import { parseDirectory, type StatementDirectory } from '../syntax/statements/directory.ts';
import { policiesOfStatements } from '../syntax/statements/policies-of-statements.ts';
import { principal } from '../syntax/statements/principal.ts';
import type { StatementHolder } from '../syntax/statements/statement.ts';
import { StatementGuard } from './statement-guard.ts';

const statement = (Effect: 'Allow' | 'Deny', Resource: string, Sid: string): object => ({
  Sid,
  Effect,
  Action: 'get',
  Resource,
});

function directory(input: unknown): StatementDirectory {
  const parsed = parseDirectory(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

function policiesOf(statements: unknown, holder: StatementHolder): Parameters<MemoryStorage['addAll']>[0] {
  const parsed = policiesOfStatements(statements, holder);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

async function guardOf({ policies, users }: StatementDirectory): Promise<StatementGuard> {
  const guard = new StatementGuard(new MemoryStorage(policies), { principals: (user) => users.get(user) });
  await guard.ready();
  return guard;
}

const TEAM = directory({
  users: { alice: { groups: ['kam'], statements: statement('Allow', 'a:1', 'own') }, bob: {} },
  groups: { kam: { statements: [statement('Deny', 'b:2', 'no'), statement('Allow', 'c:3', 'yes')] } },
});

describe('StatementGuard', () => {
  it.each([
    ['alice', { a: 1 }, { allowed: true, kind: 'allow', deciders: [{ sid: 'own', holder: { user: 'alice' } }] }],
    ['alice', { a: 1, c: 3 }, { kind: 'allow', deciders: [{ sid: 'own' }, { sid: 'yes', holder: { group: 'kam' } }] }],
    ['alice', { a: 1, b: 2 }, { allowed: false, kind: 'explicit-deny', deciders: [{ sid: 'no' }] }],
    ['alice', { d: 4 }, { allowed: false, kind: 'no-match', deciders: [] }],
    ['bob', { a: 1 }, { allowed: false, kind: 'no-match', deciders: [] }],
    ['nobody', { a: 1 }, { allowed: false, kind: 'no-match', deciders: [] }],
    ['alice', new Date(0), { allowed: false, kind: 'indeterminate', deciders: [] }],
  ])('answers %s about %j', async (user, object, expected) => {
    const guard = await guardOf(TEAM);
    expect(guard.decide(user, 'get', object)).toMatchObject(expected);
    expect(await guard.check(user, 'get', object)).toMatchObject(expected);
    expect(await guard.isAllowed(user, 'get', object)).toBe(expected.kind === 'allow');
    expect(guard.allows(user, 'get', object)).toBe(expected.kind === 'allow');
  });

  it('plans as it decides, one by one', async () => {
    const guard = await guardOf(
      directory({
        users: {
          alice: {
            statements: [
              { Sid: 'open', Effect: 'Allow', Action: 'get', Resource: { open: true } },
              { Sid: 'text', Effect: 'Allow', Action: 'get', Resource: 'country:nl' },
              { Sid: 'no', Effect: 'Deny', Action: 'get', Resource: { kamId: 94 } },
            ],
          },
          bob: {},
        },
      }),
    );
    const objects = [
      { open: true },
      { open: true, kamId: 94 },
      { open: false, kamId: 9 },
      { country: 'NL' },
      { country: 'NL', kamId: 94 },
      { type: 'x', id: 'y', open: true },
      { open: 'true' },
    ].map((object) => attributes(object));
    const plan = await guard.plan('alice', 'get');
    expect(plan.kind).toBe('conditional');
    expect(filter(plan, objects)).toEqual(objects.filter((object) => guard.allows('alice', 'get', object)));
    expect(filter(plan, objects).length).toBe(3);
    expect((await guard.plan('bob', 'get')).kind).toBe('never');
    expect((await guard.plan('nobody', 'get')).kind).toBe('never');
    expect((await guard.plan('alice', 'put')).kind).toBe('never');
  });

  it('plans nothing where nobody knows who the user is, and says why', async () => {
    const guard = new StatementGuard(new MemoryStorage(TEAM.policies), {
      principals: () => Promise.reject(new Error('directory is down')),
    });
    await guard.ready();
    const { kind, diagnostics } = await guard.plan('alice', 'get');
    expect([kind, diagnostics.map(({ message }) => message)]).toEqual(['never', ['directory is down']]);
  });

  it('filters a list as it decides one by one', async () => {
    const guard = await guardOf(TEAM);
    const objects = [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }, { a: 10, type: 'x', id: 'y' }, { a: { deep: [1] } }, { c: 3 }];
    expect(guard.filter('alice', 'get', objects)).toEqual([objects[0], objects[3], objects[5]]);
    expect(objects.filter((object) => guard.decide('alice', 'get', object).allowed)).toHaveLength(3);
  });

  it('reads an object once, until it is forgotten', async () => {
    const guard = await guardOf(TEAM);
    const object = { a: 1 };
    expect(guard.allows('alice', 'get', object)).toBe(true);
    object.a = 2;
    expect(guard.allows('alice', 'get', object)).toBe(true);
    guard.forget(object);
    expect(guard.allows('alice', 'get', object)).toBe(false);
  });

  it('follows changes of the statements, also those that another instance makes', async () => {
    const storage = new MemoryStorage();
    const principals = vi.fn((user: string) => principal(user, { groups: ['kam'] }));
    const [here, there] = [new StatementGuard(storage, { principals }), new StatementGuard(storage, { principals })];
    await Promise.all([here.ready(), there.ready()]);
    expect(there.allows('alice', 'get', { a: 1 })).toBe(false);
    await storage.addAll(policiesOf(statement('Allow', 'a:1', 'x'), { group: 'kam' }));
    expect([await here.check('alice', 'get', { a: 1 }), await there.check('alice', 'get', { a: 1 })]).toMatchObject([
      { allowed: true },
      { allowed: true },
    ]);
    expect(there.allows('alice', 'get', { a: 1 })).toBe(true);
    await storage.delete('group/kam/x');
    expect(await there.check('alice', 'get', { a: 1 })).toMatchObject({ kind: 'no-match' });
    expect(principals.mock.calls.length).toBeGreaterThan(2);
  });

  it('asks again who a user is by age and when told to', async () => {
    const time = { nowMs: 0 };
    const principals = vi.fn((user: string) => principal(user));
    const clock = { now: () => time.nowMs, elapsed: () => time.nowMs };
    const guard = new StatementGuard(new MemoryStorage(), { principals, clock, maxAgeMs: 1_000 });
    await guard.ready();
    const asked = (): number => {
      guard.decide('alice', 'get', {});
      return principals.mock.calls.length;
    };
    expect([asked(), asked()]).toEqual([1, 1]);
    time.nowMs = 1_001;
    expect([asked(), asked()]).toEqual([2, 2]);
    guard.purge('bob');
    expect(asked()).toBe(2);
    guard.purge('alice');
    expect(asked()).toBe(3);
    guard.purge();
    expect(asked()).toBe(4);
  });

  it('waits in `check` for who a user is, and does not know before', async () => {
    const principals = vi.fn(async (user: string) => principal(user, { groups: ['kam'] }));
    const guard = new StatementGuard(new MemoryStorage(TEAM.policies), { principals });
    await guard.ready();
    expect(guard.decide('alice', 'get', { c: 3 })).toMatchObject({ allowed: false, kind: 'indeterminate' });
    expect(guard.allows('alice', 'get', { c: 3 })).toBe(false);
    expect(await guard.check('alice', 'get', { c: 3 })).toMatchObject({ allowed: true });
    expect(guard.decide('alice', 'get', { c: 3 })).toMatchObject({ allowed: true });
    expect(principals).toHaveBeenCalledOnce();
  });

  it('waits in `isAllowed` for who a user is, and for changes that are told of', async () => {
    const storage = new MemoryStorage(TEAM.policies);
    const principals = async (user: string): Promise<Entity> => principal(user, { groups: ['kam'] });
    const guard = new StatementGuard(storage, { principals });
    expect(await guard.isAllowed('alice', 'get', { c: 3 })).toBe(true);
    await storage.addAll(policiesOf(statement('Deny', 'c:3', 'not'), 'everyone'));
    expect(await guard.isAllowed('alice', 'get', { c: 3 })).toBe(false);
    await guard.close();
    expect(await guard.isAllowed('alice', 'get', { a: 1 })).toBe(false);
  });

  it('reads what a subject has into patterns as it would for each request', async () => {
    const guard = await guardOf(
      directory({
        users: { nl: { groups: ['own'], attributes: { country: 'N.' } }, none: { groups: ['own'] } },
        groups: {
          own: {
            statements: [
              { Sid: 'own', Effect: 'Allow', Action: 'get', Resource: 'country:${subject.country}' },
              { Sid: 'same', Effect: 'Deny', Action: 'get', Resource: { from: '${subject.country}' } },
            ],
          },
        },
      }),
    );
    const rows = [
      { country: 'n.' },
      { country: 'N.L' },
      { country: 'NL' },
      { country: 'N.', from: 'N.' },
      { country: '' },
    ];
    expect(guard.filter('nl', 'get', rows)).toEqual([rows[0], rows[1]]);
    expect(guard.filter('none', 'get', rows)).toEqual([]);
  });

  it('answers of the revision that it decides over, also what it has answered before', async () => {
    const storage = new MemoryStorage(TEAM.policies);
    const guard = new StatementGuard(storage, { principals: (user) => TEAM.users.get(user) });
    await guard.ready();
    const before = guard.decide('alice', 'get', { c: 3 });
    expect(guard.decide('alice', 'get', { c: 3, d: 4 })).toEqual(before);
    await storage.addAll(policiesOf(statement('Allow', 'zzz', 'unrelated'), 'everyone'));
    expect(await guard.check('alice', 'get', { c: 3 })).toEqual({ ...before, revision: before.revision + 1 });
  });

  it('forgets the users that were asked for longest ago', async () => {
    const time = { nowMs: 0 };
    const clock = { now: () => time.nowMs, elapsed: () => time.nowMs };
    const principals = vi.fn((user: string) => principal(user));
    const guard = new StatementGuard(new MemoryStorage(), { principals, clock, maxPrincipals: 2 });
    await guard.ready();
    for (const user of ['a', 'b', 'a', 'c', 'a']) {
      time.nowMs += 2_000;
      guard.decide(user, 'get', {});
    }
    expect(principals.mock.calls.flat()).toEqual(['a', 'b', 'c']);
    guard.decide('b', 'get', {});
    expect(principals).toHaveBeenCalledTimes(4);
  });

  it('copies who a user is, and asks a directory that is no promise but gives one later', async () => {
    const alice = { type: 'user', id: 'alice', properties: { groups: ['kam'] } };
    // oxlint-disable-next-line unicorn/no-thenable -- what some query builders give
    const later = { then: (tell: (subject: Entity) => void) => tell(alice) } as unknown as Promise<Entity>;
    const guard = new StatementGuard(new MemoryStorage(TEAM.policies), { principals: () => later });
    expect(await guard.check('alice', 'get', { c: 3 })).toMatchObject({ allowed: true });
    alice.properties.groups = [];
    expect(guard.allows('alice', 'get', { c: 3 })).toBe(true);
    guard.purge('alice');
    expect(await guard.check('alice', 'get', { c: 3 })).toMatchObject({ allowed: false });
  });

  it('is explained and audited by the guard underneath', async () => {
    const records: unknown[] = [];
    const audit = { sinks: [{ write: (record: unknown) => void records.push(record) }] };
    const { policies, users } = TEAM;
    const guard = new StatementGuard(new MemoryStorage(policies), { principals: (user) => users.get(user), audit });
    await guard.ready();
    guard.decide('alice', 'get', { b: 2 });
    expect(records).toMatchObject([{ deciders: '["group/kam/no"]' }]);
    const explanation = await guard.explain('alice', 'get', { b: 2 }, { redact: ['subject.groups'] });
    expect(explanation.decision).toMatchObject({ outcome: 'deny', deciders: ['group/kam/no'] });
    expect(formatExplanation(explanation, { style: 'text' })).toContain('document(resource)');
    expect(JSON.stringify(explanation.inquiry)).not.toContain('kam');
    const inContext = await guard.explain('alice', 'get', { type: 'a', id: 'b' }, { context: { ip: '::1' } });
    expect(inContext.decision).toEqual(
      guard.guard.decide({
        subject: users.get('alice') as Entity,
        action: 'get',
        resource: attributes({ type: 'a', id: 'b' }),
        context: { ip: '::1' },
      }),
    );
    expect(records).toHaveLength(2);
  });

  it.each([[Number.NaN], [() => 'get'], [Symbol('get')], [new Date(0)]])(
    'allows nothing for an action that is none: %s',
    async (action) => {
      const everything = allow({ uid: 'all', subjects: [any()], actions: [any()], resources: [any()] });
      const guard = new StatementGuard(new MemoryStorage([everything]), { principals: (user) => principal(user) });
      await guard.ready();
      expect(await guard.isAllowed('alice', 'get', { a: 1 })).toBe(true);
      const odd = action as never;
      expect(await guard.isAllowed('alice', odd, { a: 1 })).toBe(false);
      expect(guard.allows('alice', odd, { a: 1 })).toBe(false);
      expect(await guard.check('alice', odd, { a: 1 })).toMatchObject({ allowed: false, kind: 'indeterminate' });
    },
  );

  it('lets no sink and no function change what it remembers of an object', async () => {
    const meddle = (given: unknown): void => void Reflect.set(given as object, 'b', 2);
    const principals = (): Entity => principal('alice');
    const item = { a: 1, b: 1 };
    const same = { subjects: [any()], actions: ['get'] };
    const quiet = new StatementGuard(new MemoryStorage([allow({ uid: 'first', ...same, resources: [{ b: 1 }] })]), {
      principals,
    });
    const meddling = new StatementGuard(
      new MemoryStorage([allow({ uid: 'own', ...same, resources: [custom('meddle')] })]),
      {
        principals,
        functions: [defineFunction({ name: 'meddle', meaning: 'sets b', call: ([value]) => (meddle(value), true) })],
        audit: { sinks: [{ write: ({ inquiry }) => meddle(inquiry.resource) }] },
      },
    );
    await quiet.ready();
    await meddling.ready();
    expect(quiet.allows('alice', 'get', item)).toBe(true);
    meddling.decide('alice', 'get', item);
    meddling.allows('alice', 'get', item);
    expect(quiet.allows('alice', 'get', item)).toBe(true);
    expect(quiet.allows('alice', 'get', { a: 1, b: 2 })).toBe(false);
  });

  it('does not remember an answer that was asked for before a purge', async () => {
    const answers: ((subject: Entity) => void)[] = [];
    const principals = (): Promise<Entity> => new Promise((resolve) => void answers.push(resolve));
    const guard = new StatementGuard(new MemoryStorage(TEAM.policies), { principals });
    await guard.ready();
    guard.decide('alice', 'get', {});
    guard.purge('alice');
    answers[0]?.(principal('alice', { groups: ['kam'] }));
    await Promise.resolve();
    expect(guard.decide('alice', 'get', { c: 3 })).toMatchObject({ kind: 'indeterminate' });
    answers[1]?.(principal('alice'));
    expect(await guard.check('alice', 'get', { c: 3 })).toMatchObject({ kind: 'no-match' });
  });

  it('audits also what it cannot answer, because nobody can tell yet, or ever, who a user is', async () => {
    const records: unknown[] = [];
    const audit = { sinks: [{ write: (record: unknown) => void records.push(record) }], redact: ['subject'] };
    const principals = async (user: string): Promise<Entity> =>
      user === 'bob' ? Promise.reject(new Error('the directory is down')) : principal(user);
    const guard = new StatementGuard(new MemoryStorage(TEAM.policies), { principals, audit });
    await guard.ready();
    guard.decide('alice', 'get', { a: 1 });
    guard.allows('alice', 'get', new Date(0));
    await guard.check('alice', 'get', { a: 1 });
    await guard.check('bob', 'get', { a: 1 });
    expect(records).toMatchObject([
      { outcome: 'indeterminate', inquiry: { subject: '[redacted]', action: 'get', resource: { a: 1 } } },
      { outcome: 'indeterminate', effect: 'deny' },
      { outcome: 'allow' },
      { outcome: 'indeterminate', diagnostics: [{ kind: 'infrastructure' }] },
    ]);
  });

  it('allows nothing where nobody can tell who a user is', async () => {
    const principals = async (): Promise<Entity> => Promise.reject(new Error('the directory is down'));
    const { logger, lines } = recordingLogger();
    const guard = new StatementGuard(new MemoryStorage(TEAM.policies), { principals, logger });
    expect(await guard.check('alice', 'get', { a: 1 })).toMatchObject({
      allowed: false,
      kind: 'indeterminate',
      diagnostics: [{ kind: 'infrastructure', message: 'the directory is down' }],
    });
    expect(guard.allows('alice', 'get', { a: 1 })).toBe(false);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('who a user is') }),
    );
    await expect(guard.explain('alice', 'get', {})).rejects.toThrow('the directory is down');
  });

  it('plans what filters of lists need, the same plan until something changes', async () => {
    const storage = new MemoryStorage();
    await storage.addAll(policiesOf({ ...statement('Allow', '', 'all'), Action: '^list$' }, { user: 'key' }));
    const own = { Sid: 'own', Effect: 'Allow', Action: 'list', Resource: { country: '${subject.country}' } };
    await storage.addAll(
      policiesOf([own, { ...own, Sid: 'not', Effect: 'Deny', Resource: { secret: true } }], 'everyone'),
    );
    const users = new Map(
      [principal('key'), principal('nl', { attributes: { country: 'NL' } })].map((one) => [one.id, one]),
    );
    const guard = new StatementGuard(storage, { principals: async (user) => users.get(user) });
    const rows = [{ country: 'NL' }, { country: 'BE' }, { country: 'NL', secret: true }, { secret: true }];
    const planned = async (user: string): Promise<readonly object[]> => filter(await guard.plan(user, 'list'), rows);
    expect(await Promise.all(['key', 'nl', 'nobody'].map(planned))).toEqual([[rows[0], rows[1]], [rows[0]], []]);
    expect(guard.filter('nl', 'list', rows)).toEqual([rows[0]]);
    const plan = await guard.plan('nl', 'list');
    expect(await guard.plan('nl', 'list')).toBe(plan);
    expect(await guard.plan('nl', 'list', { resource: { country: 'BE' } })).toMatchObject({ kind: 'never' });
    await storage.delete('everyone/not');
    expect(await planned('nl')).toEqual([rows[0], rows[2]]);
    expect(await guard.plan('key', 'list')).toMatchObject({ kind: 'always' });
    guard.purge('nl');
    users.delete('nl');
    expect(await guard.plan('nl', 'list')).toMatchObject({ kind: 'never', diagnostics: [] });
    await guard.close();
    expect(await guard.plan('key', 'list')).toMatchObject({ kind: 'never', diagnostics: [{ kind: 'infrastructure' }] });
  });

  it('is indeterminate when it is closed', async () => {
    const guard = await guardOf(TEAM);
    await guard.close();
    expect(guard.decide('alice', 'get', { a: 1 })).toMatchObject({ allowed: false, kind: 'indeterminate' });
  });

  it.each([{ principals: 7 }, { principals: () => undefined, maxAgeMs: -1 }])('refuses %j', (options) => {
    expect(() => new StatementGuard(new MemoryStorage(), options as never)).toThrow(/principals|maxAgeMs/);
  });
});
