import { randomUUID } from 'node:crypto';
import { createClient, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { itWithVakt } from '../../../test/vakt-itself.ts';
import {
  expectImported,
  keptByVakt,
  losslessText,
  recordedPolicies,
  uidText,
  withDistinctUids,
} from '../../../test/vakt-vectors.ts';
import { importVaktDatabase, type LosslessJson } from '../../syntax/vakt/index.ts';
import { MemoryStorage } from '../memory.ts';
import { readVaktRedis, type VaktRedis } from './read-redis.ts';

type Members = ReadonlyMap<string, LosslessJson>;

describeService('redis', 'reading the hash of vakt', (url) => {
  const client = createClient({ url });
  const hashes: string[] = [];
  const asBytes = (): VaktRedis => client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  beforeAll(async () => void (await client.connect()));
  afterAll(async () => {
    if (hashes.length > 0) await client.del(hashes);
    client.destroy();
  });

  async function hashOf(entries: readonly (readonly [string, string | Buffer])[]): Promise<{ collection: string }> {
    const collection = `cardea-vakt-${randomUUID()}`;
    hashes.push(collection);
    await client.hSet(collection, new Map(entries));
    return { collection };
  }

  it('gives the policies that vakt stored, of every rule, each as its text does, as texts and as bytes', async () => {
    const entry = (line: Members): Members => line.get('entry') as Members;
    const lists = withDistinctUids(keptByVakt('redis-json'), (line) => entry(line).get('field'));
    for (const lines of lists) {
      const options = await hashOf(
        lines.map((line) => [uidText(entry(line).get('field')), entry(line).get('value') as string]),
      );
      const texts = lines.map((line) => line.get('policy') as string);
      for (const given of [client, asBytes()])
        for (const checker of ['rules', 'regex', 'exact', 'fuzzy'] as const)
          await expectImported(readVaktRedis(given, options), texts, checker);
    }
    expect(lists.flat().length).toBeGreaterThan(50);
  });

  it('gives the policies on which decisions of vakt are recorded', async () => {
    for (const [checker, policies] of recordedPolicies()) {
      const texts = policies.map(losslessText);
      const options = await hashOf(policies.map((policy, at) => [uidText(policy.get('uid')), texts[at] as string]));
      await expectImported(readVaktRedis(client, options), texts, checker);
    }
  });

  it('reads each of many policies once', async () => {
    const policy = (uid: string): string =>
      JSON.stringify({ uid, subjects: ['max'], actions: ['get'], resources: ['r'] });
    const options = await hashOf(Array.from({ length: 2500 }, (_, at) => [`p${at}`, policy(`p${at}`)] as const));
    const storage = new MemoryStorage();
    const progress: number[] = [];
    const report = await importVaktDatabase(readVaktRedis(client, options), storage, {
      checker: 'exact',
      batch: 1000,
      onProgress: ({ read }) => void progress.push(read),
    });
    expect(report).toMatchObject({ read: 2500, added: 2500, refused: [], existing: [] });
    expect(progress).toEqual([1000, 2000, 2500]);
    expect(await storage.revision()).toBe(3);
  });

  it('refuses what the default serializer pickled, unread, and says what to do', async () => {
    const lines =
      withDistinctUids(keptByVakt('redis-pickle'), (line) => (line.get('entry') as Members).get('field'))[0] ?? [];
    const pickled = lines.map((line) => {
      const entry = line.get('entry') as Members;
      return [uidText(entry.get('field')), Buffer.from(entry.get('value_base64') as string, 'base64')] as const;
    });
    const options = await hashOf([...pickled, ['old', 'ccopy_reg\n_reconstructor\np0\n(cvakt.policy\nPolicy\np1\n']]);
    for (const given of [client, asBytes()]) {
      const report = await importVaktDatabase(readVaktRedis(given, options), new MemoryStorage(), { checker: 'rules' });
      expect(report.added).toBe(0);
      expect(new Set(report.refused.map(({ uid }) => uid))).toEqual(new Set([...pickled.map(([uid]) => uid), 'old']));
      expect(report.refused.every(({ message }) => message.includes('JSONSerializer'))).toBe(true);
    }
  });

  itWithVakt('gives what vakt itself wrote, and the same decisions', () => {
    const collection = `cardea-vakt-${randomUUID()}`;
    hashes.push(collection);
    const place = { kind: 'redis', url, name: collection } as const;
    return Promise.resolve({ place, open: () => readVaktRedis(client, { collection }) });
  });

  it('changes nothing in the database of vakt', async () => {
    const { collection } = await hashOf([['a', '{"uid": "a"}']]);
    await importVaktDatabase(readVaktRedis(client, { collection }), new MemoryStorage(), { checker: 'rules' });
    expect({ ...(await client.hGetAll(collection)) }).toEqual({ a: '{"uid": "a"}' });
  });
});

describe('reading the hash of vakt', () => {
  it('reads a field once that a scan tells twice', async () => {
    const pages = [
      ['5', ['a', '{"uid": "a"}', 'b', '{"uid": "b"}']],
      ['0', ['a', '{"uid": "a"}', 'c', '{"uid": "c"}']],
    ];
    const batches = readVaktRedis({ sendCommand: () => Promise.resolve(pages.shift()) }).batches(2);
    const sizes: number[] = [];
    for await (const { source } of batches) if ('values' in source) sizes.push([...source.values].length);
    expect(sizes).toEqual([2, 1]);
  });

  it('rejects an answer that is no page', async () => {
    const database = readVaktRedis({ sendCommand: () => Promise.resolve('QUEUED') });
    await expect(importVaktDatabase(database, new MemoryStorage(), { checker: 'rules' })).rejects.toThrow(
      'the client answered HSCAN with something else than a page: `QUEUED`',
    );
  });
});
