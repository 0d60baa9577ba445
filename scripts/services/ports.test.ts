import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { freePort, portFor } from './ports.ts';

const server = createServer();
afterEach(() => {
  server.close();
});

it('a free port is one that can be listened on, and none of those that systems give to outgoing connections', async () => {
  const port = await listenOn(await freePort());
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(30_000);
});

it('the environment chooses the port of a server, and an empty variable none', async () => {
  const port = await freePort();
  expect(await portFor('redis', { CARDEA_TEST_REDIS_PORT: String(port) })).toBe(port);
  expect(await portFor('redis', { CARDEA_TEST_REDIS_PORT: '' })).toBeGreaterThanOrEqual(20_000);
});

it.each(['http', '0', '65536', '80.5'])('a port of `%s` is refused by the name of its variable', async (text) => {
  await expect(portFor('mariadb', { CARDEA_TEST_MARIADB_PORT: text })).rejects.toThrow(
    `\`CARDEA_TEST_MARIADB_PORT\` is no port: \`${text}\``,
  );
});

it('a chosen port that somebody listens on is refused', async () => {
  const port = await listenOn(0);
  await expect(portFor('postgres', { CARDEA_TEST_POSTGRES_PORT: String(port) })).rejects.toThrow(
    `port ${port} is in use`,
  );
});

async function listenOn(port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
