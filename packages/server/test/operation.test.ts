import { allow, Guard, type GuardLag, type Inquiry, MemoryStorage, type Storage } from 'cardea';
import { any } from 'cardea/rules';
import { describe, expect, it } from 'vitest';
import { type ApiResponse, decisionPoint, type DecisionPointOptions } from '../src/index.ts';
import { libraryGuard, PERMITTED } from './library.ts';

type Ask = (method: string, path: string, headers?: Readonly<Record<string, string>>) => Promise<ApiResponse>;

async function pointOf(options: Partial<DecisionPointOptions>): Promise<Ask> {
  const handle = await decisionPoint({ guard: libraryGuard(), publicUrl: 'https://pdp.example', ...options });
  return (method, path, headers = {}) => {
    const all: Readonly<Record<string, string>> = { 'content-type': 'application/json', ...headers };
    const body = new TextEncoder().encode(JSON.stringify(PERMITTED));
    return handle({ method, path, query: '', header: (name) => all[name], body });
  };
}

/** A storage whose changes this process hears of only when it is told. */
function behind(inner: Storage): { readonly storage: Storage; readonly tell: () => void } {
  let seen = inner.revision();
  const listeners = new Set<(revision: number) => void>();
  const storage = new Proxy(inner, {
    get(target, name) {
      if (name === 'watch')
        return (listener: (revision: number) => void) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        };
      if (name === 'revision') return () => seen;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
  const tell = (): void => {
    seen = inner.revision();
    void seen.then((revision) => listeners.forEach((listener) => listener(revision)));
  };
  return { storage, tell };
}

describe('the health of a decision point', () => {
  const up: GuardLag = { revision: 7, newest: 7, behindMs: 0, askedMs: 1, failure: undefined };

  it.each<[string, Partial<GuardLag>, number, object]>([
    ['ready', {}, 200, { ready: true, revision: 7, behindMs: 0 }],
    ['ready a little behind', { newest: 8, behindMs: 30_000 }, 200, { ready: true, revision: 7, behindMs: 30_000 }],
    ['not ready far behind', { newest: 8, behindMs: 30_001 }, 503, { ready: false, revision: 7, behindMs: 30_001 }],
    ['not ready without policies', { revision: undefined }, 503, { ready: false, behindMs: 0 }],
    [
      'not ready where the storage fails, and says not why',
      { failure: 'connect db.internal' },
      503,
      { ready: false, revision: 7, behindMs: 0 },
    ],
  ])('is %s', async (_, lag, status, body) => {
    const inner = libraryGuard();
    const guard = { check: (inquiry: Inquiry) => inner.check(inquiry), lag: () => ({ ...up, ...lag }) };
    const ask = await pointOf({ guard });
    const answer = await ask('GET', '/health/ready');
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, body]);
    expect((await ask('GET', '/health/live')).status).toBe(200);
  });
});

describe('a request that wants a revision', () => {
  const EVERYBODY = { actions: [any()], resources: [any()] };

  it('is answered when the guard knows of it, and not before', async () => {
    const inner = new MemoryStorage([allow({ uid: 'nobody', subjects: ['nobody'], ...EVERYBODY })]);
    const { storage, tell } = behind(inner);
    const guard = new Guard(storage);
    await guard.ready();
    const ask = await pointOf({ guard, limits: { waitMs: 5000 } });
    await inner.add(allow({ uid: 'all', subjects: [any()], ...EVERYBODY }));

    expect((await ask('POST', '/access/v1/evaluation')).body).toBe('{"decision":false}');
    const waiting = ask('POST', '/access/v1/evaluation', { 'cardea-min-revision': '2' });
    setTimeout(tell, 50);
    expect((await waiting).body).toBe('{"decision":true}');
  });

  it('is refused when the revision does not come in time', async () => {
    const ask = await pointOf({ limits: { waitMs: 20 } });
    const answer = await ask('POST', '/access/v1/evaluation', { 'cardea-min-revision': '9' });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([503, { error: 'the policies here are of revision 1' }]);
    expect(answer.headers['retry-after']).toBe('1');
  });

  it.each(['x', '-1', '1.5', '', '9'.repeat(16)])('is refused when the revision is `%s`', async (revision) => {
    const ask = await pointOf({});
    const answer = await ask('POST', '/access/v1/evaluation', { 'cardea-min-revision': revision });
    expect(answer.status).toBe(400);
  });
});
