import { connect, type Socket } from 'node:net';
import { Guard, type Inquiry, MemoryStorage } from 'cardea';
import { describe, expect, it } from 'vitest';
import { createServer, type DecisionServer, type ServerOptions } from '../src/node/index.ts';
import { libraryGuard, PERMITTED } from './library.ts';

const BODY = JSON.stringify(PERMITTED);
const HEAD = `POST /access/v1/evaluation HTTP/1.1\r\nHost: pdp\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`;

interface Line {
  readonly socket: Socket;
  /** Waits until what came has a text, or the connection is ended. */
  readonly until: (wanted: string) => Promise<string>;
}

async function lineTo(server: DecisionServer): Promise<Line> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let text = '';
  let isClosed = false;
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  socket.on('error', () => undefined).on('close', () => (isClosed = true));
  await new Promise((resolve) => socket.once('connect', resolve));
  return {
    socket,
    until: async (wanted) => {
      const isOver = (): boolean => isClosed || text.includes(wanted);
      // oxlint-disable-next-line no-await-in-loop
      while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 2));
      return text;
    },
  };
}

/** A server whose decisions wait for a word. */
async function heldServer(
  options: Partial<ServerOptions> = {},
): Promise<{ server: DecisionServer; decide: () => void }> {
  const guard = libraryGuard();
  const { promise: held, resolve: decide } = Promise.withResolvers<void>();
  const check = async (inquiry: Inquiry) => held.then(() => guard.check(inquiry));
  return { server: await createServer({ guard: { check }, ...options }), decide };
}

describe('a server that ends', () => {
  it('ends at once the connections on which nothing is asked', async () => {
    const server = await createServer({ guard: libraryGuard() });
    const [fresh, used] = [await lineTo(server), await lineTo(server)];
    used.socket.write(HEAD + BODY);
    expect(await used.until('true')).toContain('{"decision":true}');
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(5000);
    await Promise.all([fresh.until('never'), used.until('never')]);
  });

  it('answers what was asked, and says that it is the last', async () => {
    const { server, decide } = await heldServer();
    const [asked, half] = [await lineTo(server), await lineTo(server)];
    asked.socket.write(HEAD + BODY);
    half.socket.write(HEAD + BODY.slice(0, 20));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = server.close();
    decide();
    half.socket.write(BODY.slice(20));
    for (const line of [asked, half]) {
      const text = await line.until('never');
      expect(text).toContain('{"decision":true}');
      expect(text.toLowerCase()).toContain('connection: close');
    }
    await closed;
  });

  it('takes no more connections', async () => {
    const { server, decide } = await heldServer();
    const line = await lineTo(server);
    line.socket.write(HEAD + BODY);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = server.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
    decide();
    await closed;
  });

  it.each([
    ['sends its request ever so slowly', HEAD],
    ['waits for an answer that does not come', HEAD + BODY],
  ])('is not kept by a caller that %s', async (_, sent) => {
    const { server } = await heldServer({ shutdown: { timeoutMs: 200 } });
    const line = await lineTo(server);
    line.socket.write(sent);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeGreaterThan(100);
    await line.until('never');
  });

  it('may be told so twice', async () => {
    const server = await createServer({ guard: new Guard(new MemoryStorage()) });
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });
});
