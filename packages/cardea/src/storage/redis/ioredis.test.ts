import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { describeOwnServer } from '../../../../../test/own-server.ts';
import { describeService } from '../../../../../test/services.ts';
import { fromIoredis, subscriberFromIoredis } from '../../../test/ioredis.ts';
import { allowing } from '../../../test/policies.ts';
import { newPrefix } from '../../../test/redis-connections.ts';
import { storageSuite } from '../../testing/storage-suite.ts';
import { redisStorage } from './redis-storage.ts';

/** Connections that are closed together. */
class IoredisConnections {
  readonly #url: string;
  readonly #all: Redis[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  open(): Redis {
    // What it cannot do it tells whoever asked for it.
    const connection = new Redis(this.#url, { maxRetriesPerRequest: null }).on('error', () => undefined);
    this.#all.push(connection);
    return connection;
  }

  async close(prefix: string): Promise<void> {
    const connection = this.open();
    const keys = await connection.keys(`{${prefix}}:*`);
    if (keys.length > 0) await connection.del(...keys);
    for (const each of this.#all) each.disconnect();
  }
}

describeService('redis', 'redisStorage over ioredis', (url) => {
  storageSuite(
    'ioredis',
    () => {
      const [connections, prefix] = [new IoredisConnections(url), newPrefix()];
      const another = () => {
        const subscriber = subscriberFromIoredis(connections.open());
        return redisStorage(fromIoredis(connections.open()), { prefix, subscriber });
      };
      return { storage: another(), another, dispose: () => connections.close(prefix) };
    },
    { describe, it },
  );
});

describeOwnServer('redis', 'redisStorage over ioredis, whose server is killed', (server) => {
  it('goes on, though the client sends again what was not answered', async () => {
    const [connections, prefix] = [new IoredisConnections(server().url), newPrefix()];
    const subscriber = subscriberFromIoredis(connections.open());
    const storage = redisStorage(fromIoredis(connections.open()), { prefix, subscriber });
    let heard = 0;
    storage.watch((revision) => (heard = revision));
    await storage.add(allowing('before'));
    const adding = server()
      .kill()
      .then(() => storage.add(allowing('after')));
    await Promise.all([storage.add(allowing('meanwhile')), adding]);
    expect((await storage.getAll(9, 0)).map(({ uid }) => uid).toSorted()).toEqual(['after', 'before', 'meanwhile']);
    await expect.poll(() => heard, { timeout: 10_000 }).toBe(3);
    await storage.close();
    await connections.close(prefix);
  });
});
