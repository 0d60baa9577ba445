import { allow, type Json, type JsonObject, MemoryStorage, type Policy } from 'cardea';
import { any } from 'cardea/rules';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisionPoint, memoryDirectory } from '../src/index.ts';
import { type EditingPoint, editingPoint } from './editing-point.ts';
import { DENIED, DIRECTORY, libraryGuard, PERMITTED, POLICIES } from './library.ts';

const BOOKS: JsonObject = { ...PERMITTED, resource: { type: 'book' } };
const LIBRARY = { directory: DIRECTORY };

const point = (policies: readonly Policy[] = POLICIES, options: object = LIBRARY): Promise<EditingPoint> =>
  editingPoint(new MemoryStorage(policies), options);
const post = async (
  { ask }: EditingPoint,
  path: string,
  body: Json,
): Promise<{ status: number; body: JsonObject; text: string }> =>
  ask(`/access/v1/${path}`, { method: 'POST', role: 'decider', body });

/** What of the standard no other test and no case of the certification scenario holds; the numbers are those of `docs/reference/authzen.md`. */
describe('the standard', () => {
  it('A5: any JSON value may stand in properties and context, and policies see it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), async (given) => {
        const value = JSON.parse(JSON.stringify(given)) as Json;
        fc.pre(JSON.stringify(value).isWellFormed() && !/\d{16}/.test(JSON.stringify(value)));
        const sees = allow({
          uid: 'x',
          subjects: [{ deep: { value: { $present: true } } }],
          actions: [any()],
          resources: [any()],
        });
        const subject = { type: 'user', id: 'alice', properties: { deep: { value } } };
        const { status, body } = await post(await point([sees]), 'evaluation', {
          ...PERMITTED,
          subject,
          context: { value },
        });
        expect([status, body]).toEqual([200, { decision: true }]);
      }),
      { numRuns: 100 },
    );
  });

  it('A6: an id is of its type, and none of another', async () => {
    const one = allow({ uid: 'x', subjects: [{ type: 'user', id: '1' }], actions: [any()], resources: [any()] });
    const of = async (type: string): Promise<Json> =>
      (await post(await point([one]), 'evaluation', { ...PERMITTED, subject: { type, id: '1' } })).body;
    expect([await of('user'), await of('group')]).toEqual([{ decision: true }, { decision: false }]);
  });

  it('A23: the order of members changes nothing', async () => {
    const library = await point();
    const shuffled = (value: Json): fc.Arbitrary<Json> => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return fc.constant(value);
      const members = Object.entries(value);
      return fc
        .tuple(
          fc.shuffledSubarray(members, { minLength: members.length }),
          ...members.map(([, each]) => shuffled(each)),
        )
        .map(([order, ...values]) => {
          const inner = new Map(members.map(([name], at) => [name, values[at] as Json]));
          return Object.fromEntries(order.map(([name]) => [name, inner.get(name) as Json]));
        });
    };
    const request = { ...DENIED, evaluations: [{}, { resource: PERMITTED.resource }], options: { x: 1 } };
    const expected = (await post(library, 'evaluations', request)).text;
    await fc.assert(
      fc.asyncProperty(shuffled(request), async (body) => {
        expect((await post(library, 'evaluations', body)).text).toBe(expected);
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, Json]>([
    ['a list', []],
    ['a text', 'execute_all'],
    ['null', null],
  ])('A33: options that are %s are refused', async (_, options) => {
    expect((await post(await point(), 'evaluations', { ...PERMITTED, evaluations: [{}], options })).status).toBe(400);
  });

  it('A38: an answer to several has no decision of its own', async () => {
    const { body } = await post(await point(), 'evaluations', { ...PERMITTED, evaluations: [{}] });
    expect(Object.keys(body)).toEqual(['evaluations']);
  });

  it('A42: a search finds entities of the type that it looks for, each with nothing but strings', async () => {
    const library = await point([allow({ uid: 'all', subjects: [any()], actions: [any()], resources: [any()] })]);
    for (const [kind, type] of [
      ['subject', 'user'],
      ['resource', 'book'],
    ] as const) {
      const { body } = await post(library, `search/${kind}`, { ...PERMITTED, [kind]: { type } });
      const results = body['results'] as readonly JsonObject[];
      expect(results.length).toBeGreaterThan(1);
      for (const result of results) expect(result).toEqual({ type, id: expect.any(String) as string });
    }
  });

  it('A49: a search goes through groups of groups', async () => {
    const directory = memoryDirectory({
      entities: [
        { type: 'user', id: 'alice', parents: [{ type: 'group', id: 'emea' }] },
        { type: 'user', id: 'bob' },
        { type: 'group', id: 'emea', parents: [{ type: 'group', id: 'sales' }] },
        { type: 'group', id: 'sales' },
      ],
    });
    const sales = allow({
      uid: 'x',
      subjects: [{ ancestors: { $anyIn: ['group:sales'] } }],
      actions: [any()],
      resources: [any()],
    });
    const { body } = await post(await point([sales], { directory }), 'search/subject', {
      ...PERMITTED,
      subject: { type: 'user' },
    });
    expect(body['results']).toEqual([{ type: 'user', id: 'alice' }]);
  });

  it('A51: a search is over its context', async () => {
    const calm = allow({ uid: 'x', subjects: [any()], actions: [any()], resources: [any()], context: { calm: true } });
    const library = await point([calm]);
    const found = async (context: JsonObject): Promise<Json> =>
      (await post(library, 'search/resource', { ...BOOKS, context })).body['results'] as Json;
    expect(await found({ calm: true })).toHaveLength(3);
    expect(await found({ calm: false })).toEqual([]);
  });

  it('A52, A55, A59, A60: whoever asks for pages is told how many there are, and that there are no more, and nothing else', async () => {
    const { body } = await post(await point(), 'search/resource', { ...BOOKS, page: {} });
    expect(body['page']).toEqual({ next_token: '', count: 2 });
  });

  it('A58: who goes on without a limit has the first one', async () => {
    const directory = memoryDirectory({ entities: ['a', 'b', 'c', 'd', 'e'].map((id) => ({ type: 'book', id })) });
    const library = await point(POLICIES, { directory });
    const first = await post(library, 'search/resource', { ...BOOKS, page: { limit: 2 } });
    const { next_token: token } = first.body['page'] as { readonly next_token: string };
    const second = await post(library, 'search/resource', { ...BOOKS, page: { token } });
    expect(second.body['results']).toEqual([
      { type: 'book', id: 'c' },
      { type: 'book', id: 'd' },
    ]);
  });

  it('A67, A68, A89: the metadata has no member without a value', async () => {
    const { ask } = await point();
    const { text } = await ask('/.well-known/authzen-configuration', { role: null });
    expect(Object.values(JSON.parse(text) as object)).toEqual(expect.not.arrayContaining([null, '', []]));
    expect(text).not.toContain('null');
  });

  it('A70: the metadata may be signed, by whoever the decision point is', async () => {
    const signed: JsonObject[] = [];
    const handle = await decisionPoint({
      guard: libraryGuard(),
      publicUrl: 'https://pdp.example/tenant1',
      signMetadata: async (claims) => `${signed.push(claims)}.x.y`,
    });
    const path = '/.well-known/authzen-configuration/tenant1';
    const get = { method: 'GET', path, query: '', header: () => undefined, body: new Uint8Array() };
    const { signed_metadata: jws, ...plain } = JSON.parse((await handle(get)).body) as JsonObject;
    expect(jws).toBe('1.x.y');
    expect(signed).toEqual([{ ...plain, iss: 'https://pdp.example/tenant1' }]);
    await handle(get);
    expect(signed).toHaveLength(1);
  });

  it('A85: a caller who may not ask is told so, whatever the decision would be', async () => {
    const { ask } = await point();
    for (const body of [PERMITTED, DENIED])
      for (const [role, status] of [
        [null, 401],
        ['editor', 403],
      ] as const) {
        const answer = await ask('/access/v1/evaluation', { method: 'POST', role, body: body as unknown as Json });
        expect([answer.status, Object.keys(answer.body)]).toEqual([status, ['error']]);
      }
  });

  it('A89: no answer has a member that is null', async () => {
    const library = await point();
    const texts = [
      await post(library, 'evaluation', PERMITTED),
      await post(library, 'evaluations', { ...PERMITTED, evaluations: [{}, 7] }),
      await post(library, 'search/resource', { ...BOOKS, page: { limit: 1 } }),
      await post(library, 'evaluation', {}),
    ].map(({ text }) => text);
    for (const text of texts) expect(text).not.toContain('null');
  });

  it('A94: an error tells nothing of the policies', async () => {
    const library = await point();
    for (const uid of POLICIES.map((policy) => policy.uid))
      for (const body of [{}, DENIED, { ...DENIED, evaluations: [{}] }])
        for (const path of ['evaluation', 'evaluations', 'search/resource'])
          expect((await post(library, path, body as unknown as Json)).text).not.toContain(uid);
  });

  it('A97: equal requests have equal answers, byte by byte', async () => {
    const library = await point();
    for (const [path, body] of [
      ['evaluation', PERMITTED],
      ['evaluations', { ...PERMITTED, evaluations: [{}, { resource: DENIED.resource }] }],
      ['search/subject', { ...PERMITTED, subject: { type: 'user' }, page: { limit: 1 } }],
      ['search/action', PERMITTED],
    ] as const) {
      const answers = await Promise.all([1, 2, 3].map(() => post(library, path, body as unknown as Json)));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    }
  });
});
