import { expect, it } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { allowing } from '../../../test/policies.ts';
import { keysOf, newPrefix, RedisConnections } from '../../../test/redis-connections.ts';
import { redisMigrator } from './redis-migrator.ts';
import { redisVersionStore } from './redis-version-store.ts';

describeService('redis', 'redisMigrator', (url) => {
  const using = async (work: (connections: RedisConnections, prefix: string) => Promise<void>): Promise<void> => {
    const connections = new RedisConnections(url);
    const prefix = newPrefix();
    try {
      await work(connections, prefix);
    } finally {
      await connections.close(prefix);
    }
  };

  it('a storage is at the latest version after its first use, and is gone below version 1', async () => {
    await using(async (connections, prefix) => {
      const connection = await connections.open();
      const migrator = redisMigrator(connection, { prefix });
      expect(await migrator.status()).toMatchObject({ state: 'outdated', version: 0 });
      await (await connections.storage({ prefix })).add(allowing('a'));
      expect(await migrator.status()).toMatchObject({ state: 'current', version: 1 });
      await migrator.down(0);
      expect(await keysOf(connection, prefix)).toEqual([`{${prefix}}:migrations`]);
      await migrator.up();
      const storage = await connections.storage({ prefix });
      expect([await storage.revision(), await storage.getAll(9, 0)]).toEqual([0, []]);
    });
  });

  it('processes that start at once all find what they need', async () => {
    await using(async (connections, prefix) => {
      const storages = await Promise.all(Array.from({ length: 6 }, () => connections.storage({ prefix })));
      await Promise.all(storages.map((storage, at) => storage.add(allowing(`p${at}`))));
      expect(await storages[0]?.revision()).toBe(6);
    });
  });

  it('a process goes on after the server was emptied, from revision 0', async () => {
    await using(async (connections, prefix) => {
      const storage = await connections.storage({ prefix });
      await storage.add(allowing('a'));
      const connection = await connections.open();
      await connection.del([...(await keysOf(connection, prefix))]);
      expect(await storage.getAll(9, 0)).toEqual([]);
      await storage.add(allowing('b'));
      expect([await storage.revision(), await storage.getAll(9, 0)]).toEqual([1, [allowing('b')]]);
    });
  });

  it('nothing is read or written of a layout that is being migrated, until whoever migrates it is done', async () => {
    await using(async (connections, prefix) => {
      const storage = await connections.storage({ prefix });
      await storage.add(allowing('a'));
      const store = redisVersionStore(await connections.open(), { prefix });
      const { stamp } = await store.read();
      const claim = { owner: 'other', leaseMs: 60_000, renewedAt: new Date(0).toISOString() };
      await store.write({ stamp: stamp + 1, version: 1, running: { order: 1, direction: 'up' }, claim });
      const answers: string[] = [];
      const [found, added] = [storage.getAll(9, 0), storage.add(allowing('b'))];
      void Promise.all([found, added]).then(() => answers.push('answered'));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(answers).toEqual([]);
      await store.write({ stamp: stamp + 2, version: 1 });
      await added;
      expect(await storage.getAll(9, 0)).toEqual([allowing('a'), allowing('b')]);
    });
  });

  it('a step that was interrupted is ended by who comes next', async () => {
    await using(async (connections, prefix) => {
      await (await connections.storage({ prefix })).add(allowing('a'));
      const store = redisVersionStore(await connections.open(), { prefix });
      const { stamp } = await store.read();
      await store.write({ stamp: stamp + 1, version: 1, running: { order: 1, direction: 'down' } });
      const storage = await connections.storage({ prefix });
      expect(await storage.getAll(9, 0)).toEqual([allowing('a')]);
      expect(await store.read()).toMatchObject({ version: 1 });
    });
  });
});
