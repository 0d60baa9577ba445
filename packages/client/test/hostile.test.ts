import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClientError, type ClientErrorKind, type ClientOptions, DecisionClient } from '../src/index.ts';
import { PERMITTED } from './library.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
/** No attempt and no pause is long. */
const SHORT: Partial<ClientOptions> = { attemptTimeoutMs: 400, timeoutMs: 900, attempts: 2, pauseMs: 1 };

type Headers = Readonly<Record<string, string>>;

function answer(body: string | Uint8Array, headers: Headers = JSON_TYPE, status = 200): RequestListener {
  return (_, response) => response.writeHead(status, { ...headers }).end(body);
}

const PERMISSION = '{"decision":true}';

describe('a decision point that is none, or is broken', () => {
  it.each<[string, ClientErrorKind, RequestListener]>([
    ['text', 'malformed', answer(PERMISSION, { 'content-type': 'text/plain' })],
    ['no content type', 'malformed', answer(PERMISSION, {})],
    ['HTML of a proxy', 'malformed', answer('<html>true</html>', { 'content-type': 'text/html' })],
    ['a type that begins alike', 'malformed', answer(PERMISSION, { 'content-type': 'application/jsonp' })],
    ['another charset', 'malformed', answer(PERMISSION, { 'content-type': 'application/json; charset=utf-16' })],
    ['an empty body', 'malformed', answer('')],
    ['cut JSON', 'malformed', answer('{"decision":true')],
    ['something after the JSON', 'malformed', answer(`${PERMISSION}{}`)],
    ['bytes that are no UTF-8', 'malformed', answer(Uint8Array.of(0x7b, 0xff, 0x7d))],
    ['"true"', 'malformed', answer('{"decision":"true"}')],
    ['1', 'malformed', answer('{"decision":1}')],
    ['null', 'malformed', answer('{"decision":null}')],
    ['a list', 'malformed', answer('{"decision":[true]}')],
    ['no decision', 'malformed', answer('{}')],
    ['a decision of the prototype', 'malformed', answer('{"__proto__":{"decision":true}}')],
    ['a decision twice', 'malformed', answer('{"decision":false,"decision":true}')],
    ['a decision twice, once escaped', 'malformed', answer('{"decision":false,"\\u0064ecision":true}')],
    ['a list of answers', 'malformed', answer(`[${PERMISSION}]`)],
    ['true alone', 'malformed', answer('true')],
    ['a context that is no object', 'malformed', answer('{"decision":true,"context":[]}')],
    ['a deep answer', 'malformed', answer(`{"decision":true,"context":{"x":${'['.repeat(100_000)}`)],
    ['a huge body', 'malformed', answer(`{"decision":true,"context":{"x":"${'x'.repeat(200_000)}"}}`)],
    ['a redirection', 'malformed', answer('', { location: 'http://127.0.0.1:1/permits-everything' }, 302)],
    ['a redirection with a permission', 'malformed', answer(PERMISSION, { ...JSON_TYPE, location: '/' }, 307)],
    ['another success', 'malformed', answer(PERMISSION, JSON_TYPE, 201)],
    ['no content', 'malformed', answer('', JSON_TYPE, 204)],
    ['a permission with 400', 'refused', answer(PERMISSION, JSON_TYPE, 400)],
    ['a permission with 401', 'unauthenticated', answer(PERMISSION, JSON_TYPE, 401)],
    ['a permission with 403', 'forbidden', answer(PERMISSION, JSON_TYPE, 403)],
    ['a permission with 500', 'failed', answer(PERMISSION, JSON_TYPE, 500)],
    ['a permission with 503', 'unavailable', answer(PERMISSION, JSON_TYPE, 503)],
    ['a permission with 429', 'unavailable', answer(PERMISSION, JSON_TYPE, 429)],
    ['a body that is shorter than said', 'network', cut(PERMISSION, 1000)],
    ['a connection that is closed', 'network', (request) => void request.socket.destroy()],
    ['no answer at all', 'timeout', () => undefined],
    [
      'an answer without its end',
      'timeout',
      (_, response) => void response.writeHead(200, JSON_TYPE).write('{"decision":true'),
    ],
    ['spaces without end', 'timeout', drip],
  ])('permits nothing by %s', async (_, kind, listener) => {
    const failures: ClientError[] = [];
    const options = { ...SHORT, answerLimit: 100_000, onFailure: (failure: ClientError) => failures.push(failure) };
    const client = new DecisionClient({ url: await listen(listener), ...options });
    expect(await client.isAllowed(PERMITTED)).toBe(false);
    expect(failures.map((failure) => failure.kind)).toEqual([kind]);
    await expect(client.evaluate(PERMITTED)).rejects.toMatchObject({ kind });
    await expect(client.evaluateAll({ evaluations: [PERMITTED] })).rejects.toMatchObject({ kind });
  });

  it('does not follow a redirection, with its token or without', async () => {
    const reached: unknown[] = [];
    const elsewhere = await listen((request, response) => {
      reached.push(request.headers.authorization);
      answer(PERMISSION)(request, response);
    });
    const client = new DecisionClient({ url: await listen(answer('', { location: elsewhere }, 307)), token: 'secret' });
    expect(await client.isAllowed(PERMITTED)).toBe(false);
    expect(reached).toEqual([]);
  });

  it.each([
    ['too few answers', [{ decision: true }]],
    ['too many answers', [{ decision: true }, { decision: true }, { decision: true }]],
    ['an answer without a decision', [{ decision: true }, {}]],
    ['no list', { 0: { decision: true }, 1: { decision: true }, length: 2 }],
    ['nothing', null],
  ])('answers no batch by %s', async (_, evaluations) => {
    const client = new DecisionClient({ url: await listen(answer(JSON.stringify({ evaluations }))) });
    const batch = { evaluations: [PERMITTED, PERMITTED] };
    await expect(client.evaluateAll(batch)).rejects.toMatchObject({ kind: 'malformed' });
  });

  it('ends a batch where the semantic says, whatever comes after it', async () => {
    const evaluations = [true, false, true].map((decision) => ({ decision }));
    const client = new DecisionClient({ url: await listen(answer(JSON.stringify({ evaluations }))) });
    const batch = { evaluations: [PERMITTED, PERMITTED, PERMITTED], semantic: 'deny_on_first_deny' } as const;
    expect(await client.evaluateAll(batch)).toEqual([{ decision: true }, { decision: false }]);
  });

  it.each([
    ['results of another type', { results: [{ type: 'user', id: 'x' }] }],
    ['results without an id', { results: [{ type: 'book' }] }],
    ['results that are names', { results: ['book'] }],
    ['no results', {}],
    ['a page without a token', { results: [], page: {} }],
    ['a page that leads to itself', { results: [], page: { next_token: 'again' } }],
  ])('finds nothing by %s', async (_, body) => {
    const client = new DecisionClient({ url: await listen(answer(JSON.stringify(body))) });
    const search = client.searchResources({ ...PERMITTED, resource: { type: 'book' } });
    await expect(Array.fromAsync(search)).rejects.toMatchObject({ kind: 'malformed' });
  });

  it.each<[string, (url: string) => object]>([
    ['of another decision point', () => ({ policy_decision_point: 'https://pdp.example.com' })],
    ['without an endpoint', (url) => ({ policy_decision_point: url })],
    [
      'that lead away from https',
      (url) => ({ policy_decision_point: url, access_evaluation_endpoint: 'http://a.example/' }),
    ],
    ['that lead into a script', (url) => ({ policy_decision_point: url, access_evaluation_endpoint: 'javascript:1' })],
    ['that are a list', () => []],
  ])('has no metadata %s', async (_, body) => {
    const url: string = await listen((request, response) => answer(JSON.stringify(body(url)))(request, response));
    await expect(new DecisionClient({ url }).metadata()).rejects.toMatchObject({ kind: 'malformed' });
  });

  it('is not believed to be of a revision that it does not name', async () => {
    const client = new DecisionClient({ url: await listen(answer(PERMISSION)) });
    await expect(client.evaluate(PERMITTED, { minRevision: 7 })).rejects.toMatchObject({ kind: 'stale' });
    const old = await listen(answer('{"decision":true,"context":{"revision":6}}'));
    expect(await new DecisionClient({ url: old }).isAllowed(PERMITTED, { minRevision: 7 })).toBe(false);
  });

  it('has no message that forges lines of a log', async () => {
    const body = JSON.stringify({ error: `x\r\nroot logged in\u001b[2J${'y'.repeat(5000)}` });
    const client = new DecisionClient({ url: await listen(answer(body, JSON_TYPE, 400)) });
    const error = (await client.evaluate(PERMITTED).catch((e: unknown) => e)) as ClientError;
    expect(error.message).toMatch(/^status 400: x {2}root logged in \[2Jy+$/);
    expect(error.message.length).toBeLessThan(400);
  });

  it('is sent no header that could be two', async () => {
    const client = new DecisionClient({ url: await listen(answer(PERMISSION)), token: 'a\r\nX-Admin: 1' });
    await expect(client.evaluate(PERMITTED)).rejects.toMatchObject({ kind: 'invalid' });
    expect(await client.isAllowed(PERMITTED)).toBe(false);
  });
});

/** Says that the body is longer than it is. */
function cut(body: string, length: number): RequestListener {
  return (request, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': String(length) }).write(body);
    setTimeout(() => request.socket.destroy(), 20);
  };
}

const drip: RequestListener = (_, response) => {
  response.writeHead(200, JSON_TYPE);
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

async function listen(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
