import { allow, Guard, type Json, type JsonObject, MemoryStorage, type Policy, type Storage } from 'cardea';
import { slot } from 'cardea/rules';
import { describe, expect, it } from 'vitest';
import { decisionPoint, type Role } from '../src/index.ts';
import { type Asked, type EditingPoint, editingPoint, policyPath } from './editing-point.ts';
import { PERMITTED, POLICIES } from './library.ts';

const DOORS = allow({ uid: 'doors/1 ä', subjects: ['max'], actions: ['open'], resources: ['door'] });

const pointOver = (storage: Storage = new MemoryStorage(POLICIES)): Promise<EditingPoint> => editingPoint(storage);
const at = policyPath;
const json = (policy: Policy): JsonObject => policy as unknown as JsonObject;

describe('policies over HTTP', () => {
  it('are listed page by page, with the revision as the tag', async () => {
    const { ask } = await pointOver();
    const first = await ask('/v1/policies?limit=2');
    expect([first.status, first.tag]).toEqual([200, '"1"']);
    const next = first.body['next'] as string;
    const second = await ask(`/v1/policies?limit=2&after=${next}`);
    const uids = [first, second].flatMap(({ body }) => (body['policies'] as JsonObject[]).map(({ uid }) => uid));
    expect(uids).toEqual(POLICIES.map(({ uid }) => uid));
    expect(second.body['next']).toBeUndefined();
  });

  it('are made, read, replaced, patched and taken away, and decided over at once', async () => {
    const { ask, told } = await pointOver();
    const made = await ask(at(DOORS.uid), { method: 'PUT', body: json(DOORS), match: '"1"' });
    expect([made.status, made.tag, made.body]).toEqual([200, '"2"', { revision: 2 }]);
    expect((await ask(at(DOORS.uid))).body).toEqual(JSON.parse(JSON.stringify(DOORS)));

    const type = 'application/merge-patch+json';
    const patched = await ask(at(DOORS.uid), { method: 'PATCH', type, body: { actions: ['close'] }, match: made.tag });
    expect(patched.status).toBe(200);
    expect((await ask(at(DOORS.uid))).body).toMatchObject({ actions: ['close'], subjects: ['max'] });

    const replaced = await ask(at(DOORS.uid), { method: 'PUT', body: json(DOORS), match: patched.tag });
    expect((await ask(at(DOORS.uid))).body).toMatchObject({ actions: ['open'] });

    const lock = { uid: 'lock', effect: 'deny', subjects: ['user:alice'], actions: ['read'], resources: ['book:a'] };
    const locked = await ask(at('lock'), { method: 'PUT', body: lock, match: replaced.tag });
    const evaluate = { method: 'POST', body: PERMITTED, role: 'decider' } as const;
    expect((await ask('/access/v1/evaluation', evaluate)).body).toEqual({ decision: false });

    const gone = await ask(at('lock'), { method: 'DELETE', match: locked.tag });
    expect(gone.status).toBe(200);
    expect((await ask(at('lock'))).status).toBe(404);
    expect((await ask('/access/v1/evaluation', evaluate)).body).toEqual({ decision: true });
    expect(told.at(-1)).toEqual({ caller: 'editor', changes: [{ type: 'delete', uid: 'lock' }], revision: 6 });
  });

  it('are changed all together or not at all', async () => {
    const { ask, storage } = await pointOver();
    const template = allow({ uid: 't', slots: ['who'], subjects: [slot('who')], actions: ['see'], resources: ['x'] });
    const changes = (...list: Json[]): Asked => ({
      method: 'POST',
      match: '"1"',
      body: { changes: [{ type: 'delete', uid: 'locked' }, { type: 'add', policy: json(template) }, ...list] },
    });
    const refused = await ask('/v1/policies:apply', changes({ type: 'add', policy: { uid: 'x' } }));
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body['issues'])).toContain('[2]');
    expect(await storage.revision()).toBe(1);

    const link = { type: 'link', link: { template: 't', values: { who: 'max' } } };
    const { status, tag } = await ask('/v1/policies:apply', changes(link));
    expect([status, tag]).toEqual([200, '"2"']);
    expect(await storage.get('locked')).toBeUndefined();
    const links = [];
    for await (const each of storage.retrieveLinks()) links.push(each);
    expect(links).toEqual([link.link]);
  });

  it('are replaced by nobody who has not seen what is there', async () => {
    const { ask, storage } = await pointOver();
    const race = [1, 2].map((at) =>
      ask(`/v1/policies/race-${at}`, { method: 'PUT', match: '"1"', body: { ...json(DOORS), uid: `race-${at}` } }),
    );
    const answers = await Promise.all(race);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 412]));
    expect(answers.find(({ status }) => status === 412)?.tag).toBe('"2"');
    expect(await storage.revision()).toBe(2);
  });

  it.each<[string, string, Asked, number]>([
    ['without `If-Match`', at('readers'), { method: 'DELETE' }, 428],
    ['with `If-Match: *`', at('readers'), { method: 'DELETE', match: '*' }, 400],
    ['with a weak tag', at('readers'), { method: 'DELETE', match: 'W/"1"' }, 400],
    ['with two tags', at('readers'), { method: 'DELETE', match: '"1", "2"' }, 400],
    ['based on a former revision', at('readers'), { method: 'DELETE', match: '"0"' }, 412],
    ['based on a later revision', at('readers'), { method: 'DELETE', match: '"2"' }, 412],
    ['of no policy', at('nobody'), { method: 'DELETE', match: '"1"' }, 404],
    [
      'that patches no policy',
      at('nobody'),
      { method: 'PATCH', match: '"1"', body: {}, type: 'application/merge-patch+json' },
      404,
    ],
    ['that patches with plain JSON', at('readers'), { method: 'PATCH', match: '"1"', body: {} }, 400],
    [
      'that patches the uid',
      at('readers'),
      { method: 'PATCH', match: '"1"', body: { uid: 'x' }, type: 'application/merge-patch+json' },
      400,
    ],
    ['of another uid than the path', at('x'), { method: 'PUT', match: '"1"', body: json(DOORS) }, 400],
    ['to no policy', at('x'), { method: 'PUT', match: '"1"', body: { uid: 'x', effect: 'maybe' } }, 400],
    [
      'to a policy with unknown members',
      at(DOORS.uid),
      { method: 'PUT', match: '"1"', body: { ...json(DOORS), efect: 'x' } },
      400,
    ],
    [
      'to a policy with a backtracking pattern',
      at(DOORS.uid),
      { method: 'PUT', match: '"1"', body: { ...json(DOORS), subjects: ['<(a+)\\1>'] } },
      400,
    ],
    ['with a member twice', at('x'), { method: 'PUT', match: '"1"', body: '{"uid":"x","uid":"x"}' }, 400],
    ['without a body', at('x'), { method: 'PUT', match: '"1"' }, 400],
    ['to a list', at('x'), { method: 'PUT', match: '"1"', body: [] }, 400],
    [
      'that adds what is there',
      '/v1/policies:apply',
      { method: 'POST', match: '"1"', body: { changes: [{ type: 'add', policy: json(POLICIES[0] as Policy) }] } },
      409,
    ],
    [
      'of an unknown type',
      '/v1/policies:apply',
      { method: 'POST', match: '"1"', body: { changes: [{ type: 'drop' }] } },
      400,
    ],
    ['that is no list', '/v1/policies:apply', { method: 'POST', match: '"1"', body: { changes: {} } }, 400],
    [
      'of a link without a template',
      '/v1/policies:apply',
      { method: 'POST', match: '"1"', body: { changes: [{ type: 'link', link: { template: 'x', values: {} } }] } },
      400,
    ],
    ['by a path that is no UTF-8', '/v1/policies/%ff', { method: 'PUT', match: '"1"', body: {} }, 404],
    ['by an encoded path of another depth', '/v1/policies/x/y', { method: 'PUT', match: '"1"', body: {} }, 404],
    ['by POST to a policy', at('readers'), { method: 'POST', match: '"1"', body: {} }, 405],
  ])('are not changed by a change %s', async (_, path, asked, status) => {
    const { ask, storage } = await pointOver();
    const answer = await ask(path, asked);
    expect([answer.status, typeof answer.body['error']]).toEqual([status, 'string']);
    expect(await storage.revision()).toBe(1);
    expect((await storage.getAll(9, 0)).map(({ uid }) => uid)).toEqual(POLICIES.map(({ uid }) => uid));
  });

  it.each<[Role, number, number]>([
    ['decider', 403, 403],
    ['auditor', 200, 403],
    ['editor', 200, 412],
    ['admin', 200, 412],
  ])('are read by a caller of the role %s with %i and written with %i', async (role, read, written) => {
    const { ask } = await pointOver();
    for (const path of ['/v1/policies', at('readers')]) expect((await ask(path, { role })).status).toBe(read);
    const validate = { method: 'POST', role, body: [] };
    expect((await ask('/v1/policies:validate', validate)).status).toBe(read);
    const stale = { role, match: '"0"', body: json(DOORS) } as const;
    expect((await ask(at(DOORS.uid), { ...stale, method: 'PUT' })).status).toBe(written);
    expect((await ask('/v1/policies:apply', { ...stale, method: 'POST', body: { changes: [] } })).status).toBe(written);
  });

  it('are validated without being stored, with every issue at its place', async () => {
    const { ask, storage } = await pointOver();
    const good = await ask('/v1/policies:validate', { method: 'POST', body: [json(DOORS)] });
    expect(good.body).toEqual({ policies: 1 });
    const bad = await ask('/v1/policies:validate', {
      method: 'POST',
      body: [{ ...json(DOORS), effect: 'maybe', subjects: ['<a'] }],
    });
    expect(bad.status).toBe(400);
    expect((bad.body['issues'] as JsonObject[]).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['[0].effect', '[0].subjects[0]']),
    );
    expect(await storage.revision()).toBe(1);
  });

  it('are not there without a storage, and not without knowing who asks', async () => {
    const storage = new MemoryStorage(POLICIES);
    const open = { guard: new Guard(storage), publicUrl: 'https://pdp.example' };
    await expect(decisionPoint({ ...open, policies: storage })).rejects.toThrow('only with `authenticators`');
    const handle = await decisionPoint(open);
    const answer = await handle({
      method: 'GET',
      path: '/v1/policies',
      query: '',
      header: () => undefined,
      body: new Uint8Array(),
    });
    expect(answer.status).toBe(404);
  });
});
