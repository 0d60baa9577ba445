import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { ServerName } from './server.ts';

// Below what systems give to outgoing connections: a server that is started again finds its port still free.
const LOWEST = 20_000;
const HIGHEST = 29_999;

/** The port that `CARDEA_TEST_<NAME>_PORT` asks for, else one that is free. */
export async function portFor(name: ServerName, environment: NodeJS.ProcessEnv = process.env): Promise<number> {
  const variable = `CARDEA_TEST_${name.toUpperCase()}_PORT`;
  const text = environment[variable];
  if (text === undefined || text === '') return freePort();
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`\`${variable}\` is no port: \`${text}\``);
  if (!(await isFree(port))) throw new Error(`\`${variable}\`: port ${port} is in use`);
  return port;
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${LOWEST} and ${HIGHEST}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
