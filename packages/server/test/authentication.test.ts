import { CardeaError } from 'cardea';
import { describe, expect, it } from 'vitest';
import {
  type ApiKeyOptions,
  type ApiKeyRecord,
  apiKeys,
  type ApiResponse,
  createApiKey,
  decisionPoint,
  type Role,
} from '../src/index.ts';
import { createServer } from '../src/node/index.ts';
import { DIRECTORY, libraryGuard, PERMITTED } from './library.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const clock = { now: () => NOW, elapsed: () => 0 };
const LIBRARY = { guard: libraryGuard(), directory: DIRECTORY, publicUrl: 'https://pdp.example' };

type Ask = (authorization: string | undefined, path?: string, body?: string) => Promise<ApiResponse>;

async function pointWith(records: readonly ApiKeyRecord[]): Promise<Ask> {
  const handle = await decisionPoint({ ...LIBRARY, authenticators: [apiKeys(records, clock)] });
  return (authorization, path = '/access/v1/evaluation', body = JSON.stringify(PERMITTED)) => {
    const headers = new Map([['content-type', 'application/json']]);
    if (authorization !== undefined) headers.set('authorization', authorization);
    const header = (name: string): string | undefined => headers.get(name);
    return handle({ method: 'POST', path, query: '', header, body: new TextEncoder().encode(body) });
  };
}

const made = (options: Partial<ApiKeyOptions> = {}): ReturnType<typeof createApiKey> =>
  createApiKey({ id: 'gateway', roles: ['decider'], ...options });

describe('a decision point that asks for keys', () => {
  it('answers whoever has one', async () => {
    const { key, record } = await made();
    const ask = await pointWith([record]);
    expect(await ask(`Bearer ${key}`)).toMatchObject({ status: 200, body: '{"decision":true}' });
    expect(await ask(`bearer ${key}`)).toMatchObject({ status: 200 });
  });

  it.each<[string, (key: string) => string | undefined]>([
    ['no key', () => undefined],
    ['an empty header', () => ''],
    ['another scheme', (key) => `Basic ${key}`],
    ['the key alone', (key) => key],
    ['the last letter changed', (key) => `Bearer ${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`],
    ['a letter less', (key) => `Bearer ${key.slice(0, -1)}`],
    ['a letter more', (key) => `Bearer ${key}A`],
    ['another id', (key) => `Bearer ${key.replace('gateway', 'gatewaz')}`],
    ['two keys', (key) => `Bearer ${key} ${key}`],
    ['a key of the prototype', () => 'Bearer cardea___proto___AAAA'],
  ])('answers 401 and how to ask to whoever sends %s, at every path, whatever the body', async (_, authorization) => {
    const { key, record } = await made();
    const ask = await pointWith([record]);
    for (const path of ['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action']) {
      for (const body of [JSON.stringify(PERMITTED), '{']) {
        const answer = await ask(authorization(key), `/access/v1/${path}`, body);
        expect(answer.status).toBe(401);
        expect(answer.headers['www-authenticate']).toContain('Bearer realm="cardea"');
        expect(answer.body).not.toContain('decision');
      }
    }
  });

  it('takes a key until it ends, and not then', async () => {
    const before = await made({ expires: '2026-11-22T12:00:01Z' });
    const after = await made({ id: 'ended', expires: '2026-11-22T12:00:00Z' });
    const ask = await pointWith([before.record, after.record]);
    expect((await ask(`Bearer ${before.key}`)).status).toBe(200);
    expect((await ask(`Bearer ${after.key}`)).status).toBe(401);
  });

  it.each<[Role, number]>([
    ['decider', 200],
    ['auditor', 200],
    ['admin', 200],
    ['editor', 403],
  ])('answers a caller of the role %s with %i', async (role, status) => {
    const { key, record } = await made({ roles: [role] });
    const ask = await pointWith([record]);
    expect((await ask(`Bearer ${key}`)).status).toBe(status);
    const search = JSON.stringify({ ...PERMITTED, resource: { type: 'book' } });
    expect((await ask(`Bearer ${key}`, '/access/v1/search/resource', search)).status).toBe(status);
  });

  it('tells its metadata to everybody', async () => {
    const handle = await decisionPoint({ ...LIBRARY, authenticators: [apiKeys([(await made()).record])] });
    const path = '/.well-known/authzen-configuration';
    const answer = await handle({ method: 'GET', path, query: '', header: () => undefined, body: new Uint8Array() });
    expect(answer.status).toBe(200);
  });

  it('may listen where others reach it', async () => {
    const { key, record } = await made();
    const options = { guard: libraryGuard(), publicUrl: 'https://pdp.example' };
    const server = await createServer({ ...options, host: '0.0.0.0', authenticators: [apiKeys([record])] });
    try {
      const url = `${server.url.replace('0.0.0.0', '127.0.0.1')}/access/v1/evaluation`;
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', body: JSON.stringify(PERMITTED) };
      expect((await fetch(url, { ...init, headers })).status).toBe(401);
      const known = { ...headers, authorization: `Bearer ${key}` };
      expect(await (await fetch(url, { ...init, headers: known })).json()).toEqual({ decision: true });
    } finally {
      await server.close();
    }
  });
});

describe('a key', () => {
  it('is not in what is kept of it, and is another each time', async () => {
    const [one, two] = [await made(), await made()];
    expect(JSON.stringify(one.record)).not.toContain(one.key.slice('cardea_gateway_'.length));
    expect(one.key).not.toBe(two.key);
  });

  it.each<[string, Partial<ApiKeyOptions>]>([
    ['an id with capitals', { id: 'Gateway' }],
    ['an id with `_`', { id: 'a_b' }],
    ['no id', { id: '' }],
    ['no roles', { roles: [] }],
    ['an unknown role', { roles: ['root' as Role] }],
    ['an end that is no date', { expires: 'soon' }],
  ])('is not made with %s', async (_, options) => {
    await expect(made(options)).rejects.toThrow(CardeaError);
  });

  it('is not taken from a record with a short digest, nor from two of one id', async () => {
    const { record } = await made();
    expect(() => apiKeys([{ ...record, sha256: 'abc' }])).toThrow('64 hexadecimal digits');
    expect(() => apiKeys([record, record])).toThrow('two keys have one id');
  });
});
