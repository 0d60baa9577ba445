import SqliteDatabase from 'better-sqlite3';
import { allow, deny, type Inquiry, type Json, type JsonObject, MemoryStorage, type Policy } from 'cardea';
import { any } from 'cardea/rules';
import { sqlStorage } from 'cardea/storage/sql';
import fc from 'fast-check';
import { Kysely, SqliteDialect } from 'kysely';
import { describe, expect, it } from 'vitest';
import { changedIntrinsics, readIntrinsics } from '../../cardea/test/intrinsics.ts';
import { memoryDirectory, type Role, ROLES } from '../src/index.ts';
import { type Answered, editingPoint, policyPath } from './editing-point.ts';
import { DIRECTORY, libraryGuard, PERMITTED, POLICIES } from './library.ts';

const json = (value: object): JsonObject => value as JsonObject;
const EVALUATION = { method: 'POST', role: 'decider', body: json(PERMITTED) } as const;
const BOOKS = { ...PERMITTED, resource: { type: 'book' } };
/** Everything that there is to ask for with a path of its own. */
const PATHS = [
  '/access/v1/evaluation',
  '/access/v1/evaluations',
  '/access/v1/search/subject',
  '/access/v1/search/resource',
  '/access/v1/search/action',
  '/v1/policies',
  '/v1/policies/readers',
  '/v1/policies:apply',
  '/v1/policies:validate',
  '/v1/policies:links',
  '/v1/policies:history',
  '/v1/policies:dry-run',
  '/v1/policies:export',
  '/v1/policies:import',
];

/** Real advisories of this field that concern a server, each with the test that would have found it. */
describe('advisories on decision points', () => {
  describe('CASL CVE-2026-1774, CVE-2026-111172: names out of requests and policies reach no prototype', () => {
    const nameArb = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'toString.call', 'valueOf');
    const hostileArb = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(1, 'x', true, null),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.array(fc.tuple(nameArb, tie('value')), { maxLength: 3 }).map((members) => new Map(members)),
      ),
    })).value;

    it('intrinsics-stay: evaluating, searching, patching and storing leave every intrinsic as it was', async () => {
      const { ask } = await editingPoint(new MemoryStorage(POLICIES), { directory: DIRECTORY });
      const before = readIntrinsics();
      await fc.assert(
        fc.asyncProperty(hostileArb, nameArb, async (value, name) => {
          const text = textOf(value);
          const entity = `{"type":"${name}","id":"${name}","properties":${text},"${name}":${text}}`;
          const action = `{"name":"${name}","properties":${text}}`;
          const body = `{"subject":${entity},"action":${action},"resource":${entity},"context":${text},"page":${text}}`;
          for (const path of PATHS.slice(0, 5)) await ask(path, { ...EVALUATION, body });
          const policy = `{"uid":"${name}","effect":"allow","subjects":[${text}],"actions":[${text}],"resources":[${text}],"context":${text}}`;
          await ask(policyPath(name), { method: 'PUT', match: '"1"', body: policy });
          const patch = { method: 'PATCH', type: 'application/merge-patch+json', match: '"1"', body: text } as const;
          await ask(policyPath('readers'), patch);
        }),
        { numRuns: 150 },
      );
      expect(changedIntrinsics(before)).toEqual([]);
    });
  });

  it('OPA CVE-2025-46569: the path of a policy is its uid, whatever is in it, and part of no query', async () => {
    const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new SqliteDatabase(':memory:') }) });
    const storage = sqlStorage(kysely);
    await storage.addAll(POLICIES);
    const { ask } = await editingPoint(storage);
    const uidArb = fc.oneof(
      fc.constantFrom(
        "' OR '1'='1",
        "x'; DROP TABLE cardea_policies; --",
        '%',
        '_',
        '..',
        '../readers',
        'a/b',
        '*',
        '\\',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((uid) => uid.isWellFormed()),
    );
    await fc.assert(
      fc.asyncProperty(uidArb, async (uid) => {
        fc.pre(POLICIES.every((policy) => policy.uid !== uid));
        const policy = { uid, effect: 'deny', subjects: ['x'], actions: ['x'], resources: ['x'] };
        const { tag } = await ask('/v1/policies');
        const put = await ask(policyPath(uid), { method: 'PUT', match: tag, body: policy });
        expect(put.status).toBe(200);
        expect((await ask(policyPath(uid))).body).toEqual(policy);
        expect((await ask(policyPath(uid), { method: 'DELETE', match: put.tag })).status).toBe(200);
        expect((await storage.getAll(9, 0)).map((each) => each.uid)).toEqual(POLICIES.map((each) => each.uid));
      }),
      { numRuns: 100 },
    );
    await storage.close();
    await kysely.destroy();
  });

  it('opa-envoy CVE-2026-26205, Oathkeeper CVE-2026-33494: of all spellings of a path, one is it', async () => {
    const { ask } = await editingPoint(new MemoryStorage(POLICIES));
    const parts = fc.constantFrom(
      '',
      '.',
      '..',
      '%2e%2e',
      'access',
      'v1',
      'evaluation',
      'Access',
      'evaluation;',
      '%61ccess',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 6 }), async (path) => {
        const at = `/${path.join('/')}`;
        expect((await ask(at, EVALUATION)).status).toBe(at === '/access/v1/evaluation' ? 200 : 404);
      }),
      { numRuns: 500 },
    );
  });

  it('OpenFGA CVE-2024-56323, CVE-2026-34972, CVE-2026-48096: a token is of equal searches only, whatever they hold', async () => {
    const directory = memoryDirectory({ entities: ['a', 'b', 'c'].map((id) => ({ type: 'book', id })) });
    const { ask } = await editingPoint(new MemoryStorage(POLICIES), { directory });
    const leaf = fc.constantFrom<Json>(1, '1', null, true, 'true', '', ',', '"', '],[', 'é', 'é', [], {}, [1, '1']);
    const context = fc.dictionary(fc.constantFrom('a', 'b', 'a"', 'a,b', '__proto__'), leaf, { maxKeys: 2 });
    await fc.assert(
      fc.asyncProperty(context, context, async (first, second) => {
        const search = (context: object, page: object): Promise<Answered> =>
          ask('/access/v1/search/resource', { ...EVALUATION, body: json({ ...BOOKS, context, page }) });
        const { page } = (await search(first, { limit: 1 })).body as { readonly page: { readonly next_token: string } };
        const answer = await search(second, { token: page.next_token });
        expect(answer.status).toBe(sorted(first) === sorted(second) ? 200 : 400);
      }),
      { numRuns: 300 },
    );
  });

  it('Oathkeeper CVE-2021-32701, CVE-2026-33496: nobody is answered with what another may know', async () => {
    const { ask } = await editingPoint(new MemoryStorage(POLICIES));
    const statuses = async (role: Role | null): Promise<readonly number[]> => [
      (await ask('/access/v1/evaluation', { ...EVALUATION, role })).status,
      (await ask('/access/v1/evaluation', { ...EVALUATION, role, headers: { 'cardea-include': 'deciders' } })).status,
      (await ask('/v1/policies/readers', { role })).status,
    ];
    const may: Readonly<Record<Role, readonly number[]>> = {
      decider: [200, 403, 403],
      editor: [403, 403, 200],
      auditor: [200, 200, 200],
      admin: [200, 200, 200],
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(null, ...ROLES), { minLength: 2, maxLength: 6 }), async (roles) => {
        const all = await Promise.all(roles.map(statuses));
        expect(all).toEqual(roles.map((role) => (role === null ? [401, 401, 401] : may[role])));
      }),
      { numRuns: 50 },
    );
  });

  it('OpenFGA CVE-2023-45810: a search costs as many decisions as it may, and goes on from there', async () => {
    const ids = Array.from({ length: 1000 }, (_, at) => String(at).padStart(4, '0'));
    const directory = memoryDirectory({ entities: ids.map((id) => ({ type: 'user', id })) });
    const inner = libraryGuard();
    let decided = 0;
    const guard = { check: (inquiry: Inquiry) => ((decided += 1), inner.check(inquiry)) };
    const { ask } = await editingPoint(new MemoryStorage(), { guard, directory, limits: { mostTried: 300 } });
    const body = json({ ...PERMITTED, subject: { type: 'user' }, action: { name: 'never' } });
    const answer = await ask('/access/v1/search/subject', { ...EVALUATION, body });
    expect(decided).toBe(300);
    expect(answer.body).toMatchObject({ page: { next_token: expect.stringMatching(/.{20}/) as string }, results: [] });
  });

  it('SpiceDB CVE-2026-55866, CVE-2025-65111: searches beside changes find what evaluations allow', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    const directory = memoryDirectory({ entities: ids.map((id) => ({ type: 'book', id })) });
    const storage = new MemoryStorage([allow({ uid: 'x', subjects: [any()], actions: [any()], resources: [any()] })]);
    const { ask, guard } = await editingPoint(storage, { directory });
    const locks = (uid: string, id: string): Policy =>
      deny({ uid, subjects: [any()], actions: [any()], resources: [{ id: { $eq: id } }] });
    const found = async (): Promise<Json> =>
      (await ask('/access/v1/search/resource', { ...EVALUATION, body: json(BOOKS) })).body['results'] as Json;
    const allowed = async (): Promise<Json> => {
      const evaluations = ids.map((id) => ({ resource: { type: 'book', id } }));
      const { body } = await ask('/access/v1/evaluations', {
        ...EVALUATION,
        body: json({ ...PERMITTED, evaluations }),
      });
      return ids
        .filter((_, at) => (body['evaluations'] as readonly JsonObject[])[at]?.['decision'] === true)
        .map((id) => ({ type: 'book', id }));
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...ids), { maxLength: 4 }), async (locked) => {
        const uids = [...new Set(locked)];
        await Promise.all([...uids.map((id) => storage.add(locks(id, id))), found(), allowed(), found()]);
        await guard.ready();
        expect(await found()).toEqual(await allowed());
        expect(await found()).toEqual(ids.filter((id) => !uids.includes(id)).map((id) => ({ type: 'book', id })));
        await storage.apply(uids.map((uid) => ({ type: 'delete', uid })));
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, object]>([
    ['Cedar GHSA-c33x-vcv4-vg3g: a slot in another place', { subjects: [{ $slot: 'who' }] }],
    ['Cedar GHSA-c33x-vcv4-vg3g: an unknown member', { when: 'true' }],
    ['jsonpickle CVE-2020-22083: the tag of a class', { 'py/object': 'os.system', command: 'id' }],
    [
      'jsonpath-plus CVE-2024-21534, CVE-2025-1302: a program as a rule',
      { subjects: [{ $expression: '$[?(process)]' }] },
    ],
    ['simpleeval CVE-2026-32640: a function of the host', { context: { x: { $custom: 'constructor' } } }],
    ['casbin keyMatch3: a pattern that is none', { resources: ['<[>'] }],
  ])('%s is refused when it is stored', async (_, members) => {
    const { ask, storage } = await editingPoint(new MemoryStorage(POLICIES));
    const policy = { uid: 'x', effect: 'allow', subjects: [], actions: ['x'], resources: ['x'], ...members };
    const answer = await ask(policyPath('x'), { method: 'PUT', match: '"1"', body: policy as Json });
    expect([answer.status, await storage.revision()]).toEqual([400, 1]);
  });

  it('CedarJava CVE-2026-55772: no name of an attribute makes an entity, a rule or an object of its value', async () => {
    const storage = new MemoryStorage([
      allow({
        uid: 'x',
        subjects: [{ boss: { type: 'user', id: 'root' } }],
        actions: ['read'],
        resources: [{ type: 'book' }],
      }),
    ]);
    const { ask } = await editingPoint(storage);
    const decided = async (boss: object): Promise<Json> => {
      const subject = { type: 'user', id: 'eve', properties: { boss } };
      const { body } = await ask('/access/v1/evaluation', { ...EVALUATION, body: json({ ...PERMITTED, subject }) });
      return body['decision'] as Json;
    };
    expect(await decided({ type: 'user', id: 'root' })).toBe(true);
    for (const name of ['__entity', '__extn', 'py/object', '$eq', '$any', '$slot', '__proto__', 'properties'])
      expect(await decided({ [name]: { type: 'user', id: 'root' } })).toBe(false);
  });

  it('casbin#1394, node-casbin#61: beside changes, each answer is of one revision and never of half a change', async () => {
    const of = (user: string): Policy =>
      allow({ uid: user, subjects: [{ id: user }], actions: ['read'], resources: [{ type: 'book' }] });
    const storage = new MemoryStorage([of('alice')]);
    const { ask } = await editingPoint(storage);
    const evaluations = ['alice', 'bob'].map((id) => ({ subject: { type: 'user', id } }));
    const asked = {
      ...EVALUATION,
      body: json({ ...PERMITTED, evaluations }),
      headers: { 'cardea-include': 'revision' },
    };
    const swap = async (): Promise<void> => {
      for (let at = 0; at < 40; at += 1) {
        const [from, to] = at % 2 === 0 ? (['alice', 'bob'] as const) : (['bob', 'alice'] as const);
        await storage.apply([
          { type: 'delete', uid: from },
          { type: 'add', policy: of(to) },
        ]);
      }
    };
    const [answers] = await Promise.all([
      Promise.all(Array.from({ length: 100 }, () => ask('/access/v1/evaluations', asked))),
      swap(),
    ]);
    for (const { body } of answers)
      for (const [at, item] of (body['evaluations'] as readonly JsonObject[]).entries()) {
        const { revision } = item['context'] as { readonly revision: number };
        // `alice` reads in odd revisions, `bob` in even ones.
        expect(item['decision']).toBe((revision % 2 === 1) === (at === 0));
      }
  });

  it('Casdoor CVE-2025-61524: whoever has no credentials is let in nowhere, by whatever method', async () => {
    const { ask, storage } = await editingPoint(new MemoryStorage(POLICIES), { directory: DIRECTORY });
    for (const path of PATHS)
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']) {
        const answer = await ask(path, { method, role: null, match: '"1"', body: json(PERMITTED) });
        expect([path, method, [401, 405].includes(answer.status)]).toEqual([path, method, true]);
      }
    expect(await storage.revision()).toBe(1);
  });

  it('opa#6514, keto#104: a policy that would cost too much is refused or decided over in time', async () => {
    const { ask } = await editingPoint(new MemoryStorage());
    const subjects = [`<${'(a*)*'.repeat(20)}b>`, `<${'a?'.repeat(500)}${'a'.repeat(500)}>`];
    const policy = { uid: 'x', effect: 'allow', subjects, actions: ['read'], resources: ['<.*>'] };
    const put = await ask(policyPath('x'), { method: 'PUT', match: '"0"', body: policy });
    expect([200, 400]).toContain(put.status);
    const body = json({ ...PERMITTED, subject: { type: 'a'.repeat(1000), id: 'a'.repeat(1000) } });
    const start = performance.now();
    expect((await ask('/access/v1/evaluation', { ...EVALUATION, body })).body).toEqual({ decision: false });
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

/** JSON in which names of the prototype are members. */
function textOf(value: unknown): string {
  if (value instanceof Map)
    return `{${Array.from(value, ([name, member]) => `${JSON.stringify(name)}:${textOf(member)}`).join()}}`;
  return Array.isArray(value) ? `[${value.map(textOf).join()}]` : JSON.stringify(value);
}

/** A text that equal values have in common, by another way than the tokens. */
function sorted(value: object): string {
  return JSON.stringify(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
