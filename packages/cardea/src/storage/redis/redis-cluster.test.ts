import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, createCluster } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findOnPath } from '../../../../../scripts/services/find-program.ts';
import { freePort } from '../../../../../scripts/services/ports.ts';
import { registerSkip, serviceUrl } from '../../../../../test/services.ts';
import { allowing } from '../../../test/policies.ts';
import { keysOf, newPrefix, type RedisConnection } from '../../../test/redis-connections.ts';
import { storageSuite } from '../../testing/storage-suite.ts';
import type { RedisClient } from './redis-client.ts';
import { redisStorage } from './redis-storage.ts';

type Cluster = Awaited<ReturnType<typeof connectCluster>>;

interface Node {
  readonly port: number;
  readonly connection: RedisConnection;
  readonly stop: () => Promise<void>;
}

describeCluster('a cluster of Redis', (nodes) => {
  const clusters: Cluster[] = [];
  const open = async (): Promise<RedisClient> => {
    const cluster = await connectCluster(nodes()[0].port);
    clusters.push(cluster);
    return { sendCommand: (args) => cluster.sendCommand(args[3], false, args) };
  };
  afterAll(() => clusters.forEach((cluster) => cluster.destroy()));

  storageSuite(
    'redisStorage over a cluster',
    async () => {
      const prefix = newPrefix();
      const another = async () => redisStorage(await open(), { prefix });
      return { storage: await another(), another };
    },
    { describe, it },
  );

  it('refuses, rather than misses, while its keys move to another node, and answers from there afterwards', async () => {
    const prefix = newPrefix();
    const [source, target] = nodes();
    const storage = redisStorage(await open(), { prefix });
    await storage.add(allowing('a', { subjects: ['max'] }));
    const candidates = async () => (await storage.findForInquiry({ subject: 'max' })).policies.length;
    expect(await candidates()).toBe(1);
    const [from, to] = [await idOf(source), await idOf(target)];
    const slot = String(await source.connection.clusterKeySlot(`{${prefix}}`));
    await target.connection.sendCommand(['CLUSTER', 'SETSLOT', slot, 'IMPORTING', from]);
    await source.connection.sendCommand(['CLUSTER', 'SETSLOT', slot, 'MIGRATING', to]);
    const keys = await keysOf(source.connection, prefix);
    for (const key of keys.toSorted((a) => (a.endsWith(':keyed') ? -1 : 1))) {
      await source.connection.sendCommand(['MIGRATE', '127.0.0.1', String(target.port), key, '0', '5000']);
      await expect(candidates()).rejects.toThrow('TRYAGAIN');
      await expect(storage.add(allowing('b'))).rejects.toThrow('TRYAGAIN');
    }
    for (const { connection } of [target, source])
      await connection.sendCommand(['CLUSTER', 'SETSLOT', slot, 'NODE', to]);
    expect(await candidates()).toBe(1);
    await storage.add(allowing('b'));
    expect(await storage.revision()).toBe(2);
  });
});

/** Registers tests that get a cluster of two nodes, the first with all slots but one, where Redis is a program of this host. */
function describeCluster(title: string, tests: (nodes: () => readonly [Node, Node]) => void): void {
  const address = serviceUrl('redis');
  if (!('url' in address)) return registerSkip(title, `no redis: ${address.skipped}`);
  const [program] = findOnPath(['redis-server']) ?? [];
  if (program === undefined) return registerSkip(title, 'redis-server is no program of this host');
  describe(title, () => {
    let nodes: readonly [Node, Node] | undefined;
    beforeAll(async () => {
      const [first, second] = [await startNode(program), await startNode(program)];
      nodes = [first, second];
      await first.connection.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16382']);
      await second.connection.sendCommand(['CLUSTER', 'ADDSLOTS', '16383']);
      // Nodes of the same epoch would have to agree first.
      await second.connection.sendCommand(['CLUSTER', 'SET-CONFIG-EPOCH', '2']);
      await first.connection.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', String(second.port)]);
      const isReady = async ({ connection }: Node): Promise<void> => {
        const state = await connection.sendCommand(['CLUSTER', 'INFO']);
        expect(state).toContain('cluster_state:ok');
        expect(state).toContain('cluster_known_nodes:2');
      };
      await vi.waitFor(() => Promise.all([first, second].map(isReady)), 30_000);
    }, 60_000);
    afterAll(() => Promise.all((nodes ?? []).map(({ stop }) => stop())));
    tests(() => {
      if (nodes === undefined) throw new Error('the cluster is there in hooks and tests only');
      return nodes;
    });
  });
}

async function startNode(program: string): Promise<Node> {
  const [port, folder] = [await freePort(), mkdtempSync(join(tmpdir(), 'cardea-cluster-'))];
  const options = ['--bind', '127.0.0.1', '--cluster-enabled', 'yes', '--save', '', '--dir', folder];
  const child = spawn(program, ['--port', String(port), ...options], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const connection = await createClient({ url: `redis://127.0.0.1:${port}` })
    .on('error', () => undefined)
    .connect();
  const stop = async (): Promise<void> => {
    connection.destroy();
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, connection, stop };
}

function connectCluster(port: number) {
  return createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] })
    .on('error', () => undefined)
    .connect();
}

async function idOf({ connection }: Node): Promise<string> {
  return connection.clusterMyId();
}
