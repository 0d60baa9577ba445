import { allow, Guard, MemoryStorage } from 'cardea';
import { apiKeys, createApiKey } from '@cardea/server';
import { describe, expect, it } from 'vitest';
import { type ClientError, DecisionClient, isClientError } from '../src/index.ts';
import { DENIED, libraryServer, OPEN_BOOKS, PERMITTED, POLICIES } from './library.ts';

describe('a client of a decision point', () => {
  it('is answered as the policies say', async () => {
    const client = new DecisionClient(await libraryServer());
    expect(await client.isAllowed(PERMITTED)).toBe(true);
    expect(await client.isAllowed(DENIED)).toBe(false);
    expect(await client.evaluate(PERMITTED)).toEqual({ decision: true });
    expect(await client.evaluate(DENIED)).toEqual({ decision: false });
  });

  it('is told what it asks to be told', async () => {
    const client = new DecisionClient(await libraryServer());
    expect(await client.evaluate(PERMITTED, { include: ['outcome', 'revision'] })).toEqual({
      decision: true,
      context: { outcome: 'allow', revision: expect.any(Number) },
    });
  });

  it('has the obligations of whoever enforces a decision', async () => {
    const client = new DecisionClient(await libraryServer());
    const lend = { ...PERMITTED, action: { name: 'lend' } };
    expect(await client.check(lend)).toEqual({ allowed: true, obligations: [{ type: 'note' }] });
  });

  it('takes no permission whose context it does not understand', async () => {
    const server = await libraryServer();
    const client = new DecisionClient({
      ...server,
      understands: ({ obligations }) => JSON.stringify(obligations) === '[]',
    });
    expect(await client.isAllowed(PERMITTED)).toBe(true);
    expect(await client.isAllowed({ ...PERMITTED, action: { name: 'lend' } })).toBe(false);
  });

  it('asks several questions at once, with what they have in common said once', async () => {
    const client = new DecisionClient(await libraryServer());
    const { subject, action } = PERMITTED;
    const evaluations = [PERMITTED, DENIED, PERMITTED].map(({ resource }) => ({ resource }));
    const decisions = async (semantic?: 'deny_on_first_deny' | 'permit_on_first_permit'): Promise<readonly boolean[]> =>
      (await client.evaluateAll({ subject, action, evaluations, ...(semantic && { semantic }) })).map(
        ({ decision }) => decision,
      );
    expect(await decisions()).toEqual([true, false, true]);
    expect(await decisions('deny_on_first_deny')).toEqual([true, false]);
    expect(await decisions('permit_on_first_permit')).toEqual([true]);
    expect(await client.evaluateAll({ evaluations: [] })).toEqual([]);
    expect(await client.evaluateAll({ evaluations: [{ subject }] })).toEqual([
      { decision: false, context: { error: { status: 400, message: '`action` is missing' } } },
    ]);
  });

  it.each([1, 3, 7, 100, undefined])('finds everything in pages of %s', async (pageSize) => {
    const client = new DecisionClient(await libraryServer());
    const { subject, action } = PERMITTED;
    const options = pageSize === undefined ? {} : { pageSize };
    const found = await Array.fromAsync(
      client.searchResources({ subject, action, resource: { type: 'book' } }, options),
    );
    expect(found).toEqual(OPEN_BOOKS.map((id) => ({ type: 'book', id })));
  });

  it('finds subjects and actions too', async () => {
    const client = new DecisionClient(await libraryServer());
    const { subject, action, resource } = PERMITTED;
    const subjects = client.searchSubjects({ subject: { type: 'user' }, action, resource }, { pageSize: 1 });
    expect(await Array.fromAsync(subjects)).toEqual([
      { type: 'user', id: 'alice' },
      { type: 'user', id: 'bob' },
    ]);
    expect(await Array.fromAsync(client.searchActions({ subject, resource }))).toEqual([
      { name: 'read' },
      { name: 'lend' },
    ]);
  });

  it('asks for a page only when somebody wants it, and ends a search with an error rather than early', async () => {
    const { url } = await libraryServer();
    let asked = 0;
    const client = new DecisionClient({ url, fetch: (to, init) => ((asked += 1), fetch(to, init)) });
    const { subject, action } = PERMITTED;
    const search = { subject, action, resource: { type: 'book' } };
    const results = client.searchResources(search, { pageSize: 2 });
    expect(asked).toBe(0);
    await results.next();
    await results.next();
    expect(asked).toBe(1);
    await results.return();
    const cut = Array.fromAsync(client.searchResources(search, { pageSize: 2, mostPages: 3 }));
    await expect(cut).rejects.toMatchObject({ kind: 'pages' });
  });

  it('finds the endpoints that the metadata name, also of a decision point with a path', async () => {
    const storage = new MemoryStorage(POLICIES);
    const { url } = await libraryServer({ guard: new Guard(storage), publicUrl: 'http://127.0.0.1/tenant1' });
    const base = url.replace('127.0.0.1', 'localhost');
    // The server believes in another port than it has, as behind a proxy, which this function stands for.
    const proxied = (to: string, init: RequestInit): Promise<Response> =>
      fetch(to.replace('http://127.0.0.1/', `${url}/`), init);
    const options = { url: 'http://127.0.0.1/tenant1/', fetch: proxied };
    const metadata = await new DecisionClient(options).metadata();
    expect(metadata).toMatchObject({ access_evaluation_endpoint: 'http://127.0.0.1/tenant1/access/v1/evaluation' });
    expect(await new DecisionClient(options, metadata).isAllowed(PERMITTED)).toBe(true);
    await expect(new DecisionClient({ url: base }).metadata()).rejects.toMatchObject({ kind: 'refused', status: 404 });
    const { access_evaluation_endpoint, policy_decision_point } = metadata;
    const small = new DecisionClient(options, { access_evaluation_endpoint, policy_decision_point });
    await expect(small.evaluateAll({ evaluations: [PERMITTED] })).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('sees what was changed at the revision that it asks for, or fails', async () => {
    const storage = new MemoryStorage(POLICIES);
    const client = new DecisionClient(await libraryServer({ guard: new Guard(storage), limits: { waitMs: 20 } }));
    const burn = { ...PERMITTED, action: { name: 'burn' } };
    expect(await client.isAllowed(burn)).toBe(false);
    const policy = allow({
      uid: 'fire',
      subjects: [{ type: 'user' }],
      actions: ['burn'],
      resources: [{ type: 'book' }],
    });
    const minRevision = await storage.apply([{ type: 'add', policy }]);
    expect(await client.isAllowed(burn, { minRevision })).toBe(true);
    const answers = await client.evaluateAll({ evaluations: [burn, {}] }, { minRevision });
    expect(answers.map(({ decision }) => decision)).toEqual([true, false]);
    const future = client.evaluate(burn, { minRevision: minRevision + 1 });
    await expect(future).rejects.toMatchObject({ kind: 'unavailable', status: 503 });
  });

  it('tells whether the decision point is ready, and of which revision it is', async () => {
    const storage = new MemoryStorage(POLICIES);
    const guard = new Guard(storage);
    const client = new DecisionClient(await libraryServer({ guard }));
    expect(await client.readiness()).toMatchObject({ ready: false, revision: undefined });
    await guard.ready();
    expect(await client.readiness()).toMatchObject({ ready: true, revision: await storage.revision() });
  });

  it('says who it is, with a token that may change', async () => {
    const { key, record } = await createApiKey({ id: 'k', roles: ['decider'] });
    const { url } = await libraryServer({ authenticators: [apiKeys([record])] });
    expect(await new DecisionClient({ url, token: key }).isAllowed(PERMITTED)).toBe(true);
    expect(await new DecisionClient({ url, token: async () => key }).isAllowed(PERMITTED)).toBe(true);
    const kinds = async (client: DecisionClient): Promise<unknown> =>
      client.evaluate(PERMITTED, { include: ['deciders'] }).catch((error: ClientError) => error.kind);
    expect(await kinds(new DecisionClient({ url }))).toBe('unauthenticated');
    expect(await kinds(new DecisionClient({ url, token: `${key.slice(0, -1)}x` }))).toBe('unauthenticated');
    expect(await kinds(new DecisionClient({ url, token: key }))).toBe('forbidden');
    const lost = new DecisionClient({ url, token: () => Promise.reject(new Error('the vault is closed')) });
    expect(await kinds(lost)).toBe('unauthenticated');
  });

  it('names its requests', async () => {
    const { url } = await libraryServer();
    const named: unknown[] = [];
    const client = new DecisionClient({
      url,
      fetch: async (to, init) => {
        const response = await fetch(to, init);
        named.push(response.headers.get('x-request-id'));
        return response;
      },
    });
    await client.evaluate(PERMITTED, { requestId: 'r-1' });
    expect(named).toEqual(['r-1']);
  });

  it('tells what was not sound, and repeats no control characters of it', async () => {
    const client = new DecisionClient(await libraryServer());
    const error = await client.evaluate({ ...PERMITTED, subject: { type: 'user' } as never }).catch((e: unknown) => e);
    expect(isClientError(error)).toBe(true);
    expect(error).toMatchObject({ kind: 'refused', status: 400, message: 'status 400: `subject.id` is missing' });
  });
});

describe('what cannot be a client', () => {
  it.each([
    ['no URL', { url: 'pdp' }],
    ['another protocol', { url: 'ftp://pdp.example.com' }],
    ['http to another machine', { url: 'http://pdp.example.com' }],
    ['a host that only begins like this machine', { url: 'http://127.0.0.1.example.com' }],
    ['a password', { url: 'https://u:p@pdp.example.com' }],
    ['a query', { url: 'https://pdp.example.com/?x' }],
    ['no time', { url: 'https://pdp.example.com', timeoutMs: 0 }],
    ['no attempts', { url: 'https://pdp.example.com', attempts: Number.NaN }],
    ['negative pauses', { url: 'https://pdp.example.com', pauseMs: -1 }],
  ])('is one with %s', (_, options) => {
    expect(() => new DecisionClient(options)).toThrow(TypeError);
  });

  it('is allowed http where somebody says so', () => {
    expect(() => new DecisionClient({ url: 'http://pdp.internal', allowHttp: true })).not.toThrow();
  });
});
