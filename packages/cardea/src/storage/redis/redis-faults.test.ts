import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { describeOwnServer } from '../../../../../test/own-server.ts';
import { faultRounds } from '../../../../../test/runs.ts';
import { describeService } from '../../../../../test/services.ts';
import { everythingIn } from '../../../test/change-lists.ts';
import { allowing } from '../../../test/policies.ts';
import { keysOf, newPrefix, RedisConnections } from '../../../test/redis-connections.ts';
import type { Storage } from '../../ports/storage.ts';
import { MemoryStorage } from '../memory.ts';
import { redisStorage } from './redis-storage.ts';

const ROUNDS = faultRounds();
/** How long a round may take, a start of Node on a busy machine included. */
const ROUND_MS = 60_000;

/** Holds what a storage has against what it tells of how it came to that. */
async function expectConsistent(storage: Storage): Promise<void> {
  const since = await storage.changesSince(0);
  if (!since.complete) throw new Error('the history is long enough');
  const copy = new MemoryStorage();
  const revisions = [...new Set(since.changes.map(({ revision }) => revision))];
  for (const each of revisions) {
    await copy.apply(since.changes.filter(({ revision }) => revision === each).map(({ change }) => change));
  }
  expect(revisions).toEqual(Array.from({ length: since.revision }, (_, at) => at + 1));
  expect(await everythingIn(storage)).toEqual(await everythingIn(copy));
}

describeService('redis', 'redisStorage of a process that is killed', (url) => {
  it(
    'has whole batches only, whenever that was, and nothing lies ready for ever',
    async () => {
      const [connections, prefix] = [new RedisConnections(url), newPrefix()];
      try {
        for (let round = 0; round < ROUNDS; round++) {
          const own = `${prefix}.${round}`;
          await killWhileLoading(url, own, round * 7);
          const storage = await connections.storage({ prefix: own });
          const uids = (await storage.getAll(10_000, 0)).map(({ uid }) => uid);
          expect(uids).toEqual(Array.from({ length: (await storage.revision()) * 20 }, (_, at) => `p${at}`));
          await expectConsistent(storage);
          const connection = await connections.open();
          const keys = await keysOf(connection, own);
          const ready = keys.filter((key) => key.includes(':stage:'));
          for (const key of ready) expect(await connection.pTTL(key)).toBeGreaterThan(0);
          await connection.del([...keys]);
        }
      } finally {
        await connections.close(prefix);
      }
    },
    ROUNDS * ROUND_MS,
  );
});

/** Kills a process that adds policies in batches so large that they are laid ready first, some time after the first. */
async function killWhileLoading(url: string, prefix: string, delayMs: number): Promise<void> {
  const source = new URL('./index.ts', import.meta.url).href;
  const code = `
    import { createClient } from 'redis';
    import { redisStorage } from '${source}';
    const storage = redisStorage(await createClient({ url: process.env.REDIS }).connect(), { prefix: '${prefix}' });
    const any = [{ $any: true }];
    function* policies() {
      for (let at = 0; ; at++)
        yield { uid: 'p' + at, effect: 'allow', subjects: any, actions: any, resources: any, description: 'x'.repeat(6e4) };
    }
    await storage.addAll(policies(), { batch: 20, onProgress: () => console.log('.') });
  `;
  const args = ['--conditions=cardea-source', '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, REDIS: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (data) => (errors += String(data)));
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await sleep(delayMs);
  expect(errors.replace(/^.*ExperimentalWarning.*\n|^\(Use .*\n/gm, '')).toBe('');
  child.kill('SIGKILL');
  await ended;
}

/** Adds two policies at a time, whether that fails or not; gives how often it did not. */
async function writeUntil(ended: AbortSignal, storage: Storage): Promise<number> {
  let answered = 0;
  for (let at = 0; !ended.aborted; at++) {
    const changes = ['x', 'y'].map((half) => ({ type: 'add' as const, policy: allowing(`${half}${at}`) }));
    const made = storage.apply(changes).then(
      () => 1,
      () => 0,
    );
    answered += await made;
    await sleep(1);
  }
  return answered;
}

describeOwnServer('redis', 'redisStorage on a server of its own', (server) => {
  async function using(test: (connections: RedisConnections, prefix: string) => Promise<void>): Promise<void> {
    const [connections, prefix] = [new RedisConnections(server().url), newPrefix()];
    try {
      await test(connections, prefix);
    } finally {
      await connections.close(prefix);
    }
  }

  describe('that is restarted or killed', () => {
    it.each([true, false])('tells of what others change afterwards (with a subscriber: %s)', async (told) => {
      await using(async (connections, prefix) => {
        const options = { prefix, pollMs: told ? 600_000 : 100 };
        const storage = await (told ? connections.toldStorage(options) : connections.storage(options));
        const writer = await connections.storage({ prefix });
        let last = 0;
        await storage.revision();
        storage.watch((revision) => (last = revision));
        for (const how of ['restart', 'kill'] as const) {
          await writer.add(allowing(`before ${how}`));
          const revision = await writer.revision();
          await vi.waitFor(() => expect(last).toBe(revision), 5_000);
          await server()[how]();
          // What is changed before the storage is connected again is told of too.
          await writer.add(allowing(`after ${how}`));
          await vi.waitFor(() => expect(last).toBe(revision + 1), 5_000);
        }
        await expectConsistent(storage);
        expect(await storage.getAll(9, 0)).toHaveLength(4);
      });
    });

    it('keeps each change that was answered, and all or nothing of one that was not', async () => {
      await using(async (connections, prefix) => {
        const storage = await connections.storage({ prefix });
        const ended = new AbortController();
        const writing = writeUntil(ended.signal, storage);
        for (let round = 0; round < ROUNDS; round++) {
          await sleep(100 + round);
          await server().kill();
        }
        ended.abort();
        const answered = await writing;
        expect(answered).toBeGreaterThan(0);
        expect(await storage.revision()).toBeGreaterThanOrEqual(answered);
        await expectConsistent(storage);
      });
    });
  });

  it('reads from a replica, and refuses to write there', async () => {
    await using(async (connections, prefix) => {
      const storage = await connections.storage({ prefix });
      await storage.add(allowing('a'));
      const connection = await connections.open();
      await connection.sendCommand(['REPLICAOF', '127.0.0.1', '1']);
      try {
        const replica = redisStorage(connection, { prefix });
        expect(await replica.get('a')).toEqual(allowing('a'));
        for (const refused of [storage, replica]) {
          await expect(refused.add(allowing('b'))).rejects.toMatchObject({
            code: 'CARDEA_IO',
            message: 'the Redis server is a read-only replica: changes go to its primary',
          });
        }
      } finally {
        await connection.sendCommand(['REPLICAOF', 'NO', 'ONE']);
      }
    });
  });

  it.each([
    ['allkeys-lru', '100mb', 'CARDEA_UNSUPPORTED'],
    ['allkeys-lru', '0', undefined],
    ['volatile-lru', '100mb', undefined],
    ['noeviction', '100mb', undefined],
  ])('looks at what the server may evict: %s with %s', async (policy, memory, code) => {
    await using(async (connections, prefix) => {
      const connection = await connections.open();
      await connection.configSet({ 'maxmemory-policy': policy, maxmemory: memory });
      try {
        const outcome = redisStorage(connection, { prefix }).prepare();
        if (code === undefined) await outcome;
        else await expect(outcome).rejects.toMatchObject({ code, message: expect.stringContaining(policy) });
      } finally {
        await connection.configSet({ 'maxmemory-policy': 'noeviction', maxmemory: '0' });
      }
    });
  });

  it('changes nothing where the memory of the server is full', async () => {
    await using(async (connections, prefix) => {
      const storage = await connections.storage({ prefix });
      await storage.add(allowing('a'));
      const connection = await connections.open();
      await connection.configSet('maxmemory', '1');
      await expect(storage.add(allowing('b'))).rejects.toThrow('OOM');
      await connection.configSet('maxmemory', '0');
      expect(await storage.revision()).toBe(1);
      await expectConsistent(storage);
    });
  });
});
