import { describe, expect, it } from 'vitest';
import { MemoryBackend, MemoryDatabase } from '../../../test/memory-backend.ts';
import { CardeaError } from '../../errors.ts';
import { policyKeyer } from '../../keying/keyer.ts';
import type { Policy } from '../../model/policy.ts';
import type { VaktBatch, VaktDatabase } from '../../ports/vakt-database.ts';
import { MemoryStorage } from '../../storage/memory.ts';
import { StoredStorage } from '../../storage/stored/stored-storage.ts';
import { functionTable } from '../functions/table.ts';
import { vaktFunctions } from './functions.ts';
import { importVaktDatabase, type VaktProgress } from './import-database.ts';

const OPTIONS = { checker: 'exact' } as const;

function text(uid: unknown, subject = 'max'): string {
  return JSON.stringify({ uid, effect: 'allow', subjects: [subject], actions: ['get'], resources: ['r'] });
}

function database(texts: readonly string[], unread: VaktBatch['unread'] = []): VaktDatabase {
  return {
    version: () => Promise.resolve('1.4.0'),
    async *batches(size: number): AsyncIterable<VaktBatch> {
      for (let at = 0; at < texts.length; at += size)
        yield { source: { texts: texts.slice(at, at + size) }, unread: [] };
      if (unread.length > 0) yield { source: { texts: [] }, unread };
    },
  };
}

const TEN = Array.from({ length: 10 }, (_, at) => text(`p${at}`));

async function uidsOf(storage: MemoryStorage): Promise<readonly string[]> {
  return (await storage.getAll(1000, 0)).map(({ uid }) => uid);
}

/** Loses its connection after some batches. */
class LostStorage extends MemoryStorage {
  left = 2;

  override async addAll(policies: readonly Policy[]): Promise<void> {
    if (this.left-- === 0) throw new Error('connection lost');
    await super.addAll(policies, { batch: policies.length });
  }
}

describe('importing a database of vakt', () => {
  it('adds each batch by one change, and tells how far it is', async () => {
    const storage = new MemoryStorage();
    const progress: VaktProgress[] = [];
    const onProgress = (each: VaktProgress): void => void progress.push(each);
    const report = await importVaktDatabase(database(TEN), storage, { ...OPTIONS, batch: 4, onProgress });
    expect(report).toEqual({ version: '1.4.0', read: 10, added: 10, existing: [], changed: [], refused: [] });
    expect(progress.map(({ read, added }) => [read, added])).toEqual([
      [4, 4],
      [8, 8],
      [10, 10],
    ]);
    expect(await storage.revision()).toBe(3);
  });

  it('that was broken off goes on where it ended when it is started again', async () => {
    const storage = new LostStorage();
    const lost = importVaktDatabase(database(TEN), storage, { ...OPTIONS, batch: 3 });
    await expect(lost).rejects.toThrow('connection lost');
    expect((await uidsOf(storage)).length).toBe(6);
    storage.left = 100;
    const { added, existing } = await importVaktDatabase(database(TEN), storage, { ...OPTIONS, batch: 4 });
    expect(added).toBe(4);
    expect(existing.map(({ index, uid, same }) => [index, uid, same])).toEqual(
      [0, 1, 2, 3, 4, 5].map((at) => [at, `p${at}`, true]),
    );
    expect((await uidsOf(storage)).length).toBe(10);
  });

  it('overwrites no policy, and says whether the one that is there is the same', async () => {
    const storage = new MemoryStorage();
    await importVaktDatabase(database([text('p1', 'somebody else'), text('p2')]), storage, OPTIONS);
    const before = await storage.get('p1');
    const { added, existing } = await importVaktDatabase(database(TEN), storage, OPTIONS);
    expect(existing).toEqual([
      { index: 1, uid: 'p1', same: false },
      { index: 2, uid: 'p2', same: true },
    ]);
    expect(added).toBe(8);
    expect(await storage.get('p1')).toEqual(before);
  });

  it('fills a storage in a database, and refuses alone what that cannot hold', async () => {
    const backend = new MemoryBackend(new MemoryDatabase(), { limits: { uid: 50 } });
    const storage = new StoredStorage(backend, { keyer: policyKeyer({ functions: functionTable(vaktFunctions) }) });
    const large = ['x', 'y'].map((char) => char.repeat(100));
    const texts = [...TEN.slice(0, 3), text(large[0]), ...TEN.slice(3), text(large[1])];
    const { added, refused } = await importVaktDatabase(database(texts), storage, OPTIONS);
    expect(added).toBe(10);
    expect(refused).toMatchObject([
      { index: 3, uid: large[0], message: expect.stringContaining('larger than the 50') },
      { index: 11, uid: large[1], message: expect.stringContaining('larger than the 50') },
    ]);
    const again = await importVaktDatabase(database(TEN), storage, OPTIONS);
    expect(again.existing.filter(({ same }) => same).length).toBe(10);
    await storage.close();
  });

  it('reports what could not be read, and uids that are one text in two batches', async () => {
    const given = database([text(1), text('a'), text('1'), 'no json'], [{ uid: 'x', message: 'it is pickled' }]);
    const { read, added, changed, refused } = await importVaktDatabase(given, new MemoryStorage(), {
      ...OPTIONS,
      batch: 2,
    });
    expect({ read, added }).toEqual({ read: 5, added: 2 });
    expect(changed).toMatchObject([{ index: 0, uid: '1', path: ['uid'] }]);
    expect(refused).toMatchObject([
      { index: 2, uid: '1', message: 'another policy has the same uid' },
      { index: 3, message: expect.stringContaining('expected a value') },
      { index: 4, uid: 'x', message: 'it is pickled' },
    ]);
  });

  it('writes nothing where the version of the database is not known', async () => {
    const storage = new MemoryStorage();
    const unknown = new CardeaError('CARDEA_UNSUPPORTED', 'migration 5');
    const given = { ...database(TEN), version: () => Promise.reject(unknown) };
    await expect(importVaktDatabase(given, storage, OPTIONS)).rejects.toBe(unknown);
    expect(await storage.revision()).toBe(0);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses batches of %s', async (batch) => {
    await expect(importVaktDatabase(database(TEN), new MemoryStorage(), { ...OPTIONS, batch })).rejects.toMatchObject({
      code: 'CARDEA_INVALID_ARGUMENT',
    });
  });

  it('gives up where a uid comes and goes', async () => {
    const storage = new MemoryStorage();
    const taken = new CardeaError('CARDEA_POLICY_EXISTS', 'taken');
    storage.addAll = () => Promise.reject(taken);
    await expect(importVaktDatabase(database(TEN), storage, OPTIONS)).rejects.toBe(taken);
  });
});
