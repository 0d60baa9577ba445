import { Guard, MemoryStorage } from 'cardea';
import { describe, expect, it } from 'vitest';
import { DecisionClient, type Decides, type Verdict } from '../src/index.ts';
import { FRAMEWORKS, type Start, startNest } from './frameworks.ts';
import { libraryServer, POLICIES } from './library.ts';

const ALICE = { 'x-user': 'alice' };

function always(verdict: unknown): Decides {
  return { check: async () => verdict as Verdict };
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

async function ask(
  url: string,
  path = '/books/b01',
  headers: Readonly<Record<string, string>> = ALICE,
): Promise<Answered> {
  const response = await fetch(`${url}${path}`, { headers });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

describe.each(Object.keys(FRAMEWORKS))('enforcement in %s', (name) => {
  const start = FRAMEWORKS[name] as Start;

  it.each(['a client', 'a guard'])('goes by the decisions of %s', async (whose) => {
    const guard = new Guard(new MemoryStorage(POLICIES));
    const decider = whose === 'a guard' ? guard : new DecisionClient(await libraryServer({ guard }));
    const url = await start({ decider });
    expect(await ask(url)).toMatchObject({ status: 200, body: { book: 'b01' } });
    expect(await ask(url, '/books/b01', { ...ALICE, 'x-action': 'burn' })).toMatchObject({
      status: 403,
      body: { error: 'this is not allowed' },
    });
  });

  it('asks nobody for a request that does not say whose it is', async () => {
    let asked = 0;
    const decider: Decides = { check: async () => ({ allowed: (asked += 1) > 0 }) };
    const { status, headers } = await ask(
      await start({ decider, challenge: 'Bearer realm="books"' }),
      '/books/b01',
      {},
    );
    expect([status, headers.get('www-authenticate'), asked]).toEqual([401, 'Bearer realm="books"', 0]);
  });

  it.each<[string, Decides]>([
    ['a decider that throws', { check: () => Promise.reject(new Error('the network is down')) }],
    ['a decider that throws nothing', { check: () => Promise.reject(undefined) }],
    ['a decider that answers nothing', always(undefined)],
    ['a client whose decision point is gone', new DecisionClient({ url: 'http://127.0.0.1:1', pauseMs: 0 })],
    ['a guard that cannot read policies', always({ allowed: false, diagnostics: [{ kind: 'infrastructure' }] })],
    ['a permission that nobody could know', always({ allowed: true, diagnostics: [{ kind: 'infrastructure' }] })],
  ])('answers 503 for %s, and tells why', async (_, decider) => {
    const failures: unknown[] = [];
    const { status, headers, body } = await ask(await start({ decider, onFailure: (error) => failures.push(error) }));
    expect([status, headers.get('retry-after'), failures.length]).toEqual([503, '1', 1]);
    expect(JSON.stringify(body)).not.toMatch(/network|127/);
  });

  it.each([
    ['a text', { allowed: 'true' }],
    ['a number', { allowed: 1 }],
    ['nothing', {}],
    ['an obligation that nobody fulfils', { allowed: true, obligations: [{ type: 'note' }] }],
  ])('takes no permission that is %s', async (_, verdict) => {
    expect(await ask(await start({ decider: always(verdict) }))).toMatchObject({ status: 403 });
  });

  it.each<[number, () => boolean | Promise<boolean>]>([
    [200, () => true],
    [200, async () => true],
    [403, () => false],
    [403, () => 'yes' as unknown as boolean],
    [503, () => Promise.reject(new Error('the ledger is closed'))],
  ])('answers %i as obligations are fulfilled', async (status, fulfil) => {
    const decider = always({ allowed: true, obligations: [{ type: 'note' }] });
    expect(await ask(await start({ decider, fulfil }))).toMatchObject({ status });
  });

  it('asks for the obligations of a remote decision', async () => {
    const decider = new DecisionClient(await libraryServer());
    const noted: unknown[] = [];
    const lend = { ...ALICE, 'x-action': 'lend' };
    expect(await ask(await start({ decider }), '/books/b01', lend)).toMatchObject({ status: 403 });
    const fulfil = (obligations: readonly unknown[]): boolean => noted.push(...obligations) > 0;
    expect(await ask(await start({ decider, fulfil }), '/books/b01', lend)).toMatchObject({ status: 200 });
    expect(noted).toEqual([{ type: 'note' }]);
  });

  it.each<[string, () => never]>([
    ['an error', () => fail(new Error('no such column'))],
    ['nothing', () => fail(undefined)],
    ['a word that sends Express to the next route', () => fail('route')],
    ['a word that sends Express out of the router', () => fail('router')],
    ['null', () => fail(null)],
  ])('does not let pass what the application fails to read by throwing %s', async (_, question) => {
    const { status, body } = await ask(await start({ decider: always({ allowed: true }), question }));
    expect(status).toBe(500);
    expect(body).not.toHaveProperty('book');
  });
});

function fail(reason: unknown): never {
  throw reason;
}

describe('routes of nestjs', () => {
  it('are denied where they do not say what they ask, and open where they say so', async () => {
    const url = await startNest({ decider: always({ allowed: true }) }, { open: 'anybody', forgotten: undefined });
    expect(await ask(url, '/open/1', {})).toMatchObject({ status: 200 });
    expect(await ask(url, '/forgotten/1')).toMatchObject({ status: 403 });
  });
});
