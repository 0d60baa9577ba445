import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer, type DecisionServer } from '../src/node/index.ts';
import { DIRECTORY, libraryGuard, PERMITTED } from './library.ts';

const LIMIT = 1000;
const BODY = JSON.stringify(PERMITTED);
const HEAD = 'POST /access/v1/evaluation HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

/** Requests that are answered past the framework: what it would have seen to has to hold all the same. */
describe('an evaluation over a connection', () => {
  let server: DecisionServer;
  beforeAll(async () => {
    server = await createServer({ guard: libraryGuard(), directory: DIRECTORY, bodyLimit: LIMIT });
  });
  afterAll(() => server.close());

  /** Writes the parts one after the other, and gives all that comes until the other side ends. */
  const exchange = async (...parts: readonly string[]): Promise<string> => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const answer = text(socket);
    for (const part of parts) {
      socket.write(part);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return answer;
  };
  const sized = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  const chunk = (body: string): string => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;

  it('is answered however its body comes in pieces', async () => {
    const [first, second] = [BODY.slice(0, 50), BODY.slice(50)];
    const whole = await exchange(`${HEAD}${sized(BODY)}Connection: close\r\n\r\n${first}`, second);
    const chunked = await exchange(
      `${HEAD}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk(first)}`,
      `${chunk(second)}0\r\n\r\n`,
    );
    for (const answer of [whole, chunked])
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{"decision":true\}$/);
  });

  it('is answered in its turn where another one came with it', async () => {
    const one = `${HEAD}${sized(BODY)}\r\n${BODY}`;
    const other = '{}';
    const answers = await exchange(`${one}${HEAD}${sized(other)}Connection: close\r\n\r\n${other}`);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  });

  const chunked = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
  it.each([
    ['says that it is too long', [`${HEAD}Content-Length: ${LIMIT + 1}\r\n\r\n`]],
    ['turns out to be too long', [`${chunked}${chunk('x'.repeat(LIMIT + 1))}0\r\n\r\n`]],
    ['turns out so piece by piece', [chunked, chunk('x'.repeat(LIMIT)), chunk('x'), `${chunk('x')}0\r\n\r\n`]],
  ])('is refused once where its body %s, and the connection with it', async (_, parts) => {
    const answer = await exchange(...parts, `${HEAD}${sized(BODY)}\r\n${BODY}`);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  });

  it.each(['Content-Length: 0\r\n\r\n', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', '\r\n'])(
    'is refused where it has no body: %j',
    async (rest) => {
      const answer = await exchange(`${HEAD}Connection: close\r\n${rest}`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*\{"error":"the body is empty"\}$/);
    },
  );

  it('is of no consequence where the connection breaks before its end', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(`${HEAD}${sized(BODY)}\r\n${BODY.slice(0, 10)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    await once(socket, 'close');
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/access/v1/evaluation`, { method: 'POST', headers, body: BODY });
    expect(await answer.json()).toEqual({ decision: true });
  });

  it('is looked for elsewhere where its path is only alike', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const path of ['/other/access/v1/evaluation', '/access/v1/evaluation/', '//access/v1/evaluation'])
      expect((await fetch(`${server.url}${path}`, { method: 'POST', headers, body: BODY })).status).toBe(404);
  });
});
