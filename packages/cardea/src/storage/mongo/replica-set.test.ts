import { describe, expect, it } from 'vitest';
import { MongoModel } from '../../../test/mongo-model.ts';
import { allowing } from '../../../test/policies.ts';
import { storageSuite } from '../../testing/storage-suite.ts';
import type { StoredStorage } from '../stored/stored-storage.ts';
import { mongoStorage } from './mongo-storage.ts';

/** Storages over a model of a server, to be closed together. */
function storagesOn(isReplicaSet: boolean) {
  const model = new MongoModel({ isReplicaSet });
  const all: StoredStorage[] = [];
  const another = (): StoredStorage => {
    const storage = mongoStorage(model.connect());
    all.push(storage);
    return storage;
  };
  const dispose = async (): Promise<void> => void (await Promise.all(all.map((storage) => storage.close())));
  return { model, another, dispose };
}

for (const isReplicaSet of [true, false]) {
  const create = () => {
    const { another, dispose } = storagesOn(isReplicaSet);
    return { storage: another(), another, dispose };
  };
  const title = `mongoStorage on a model of a ${isReplicaSet ? 'replica set' : 'standalone server'}`;
  storageSuite(title, create, { describe, it });
}

describe('mongoStorage on a model of a replica set', () => {
  it('leaves neither log nor pending head behind, and a storage without transactions goes on from there', async () => {
    const { model, another, dispose } = storagesOn(true);
    await another().add(allowing('a'));
    await another().update(allowing('a', { priority: 1 }));
    expect([model.count('cardea_log'), model.count('cardea_policies')]).toEqual([0, 1]);
    const other = mongoStorage(model.connect(), { atomicity: 'commits' });
    await other.update(allowing('a', { priority: 2 }));
    expect([await another().revision(), (await another().get('a'))?.priority]).toEqual([3, 2]);
    await dispose();
  });

  it('tells of changes by a change stream, and by asking until that is there again', async () => {
    const { model, another, dispose } = storagesOn(true);
    const [writer, reader] = [another(), another()];
    const heard: number[] = [];
    await reader.revision();
    reader.watch((revision) => heard.push(revision));
    await until(() => model.streams === 1);
    await writer.add(allowing('a'));
    await until(() => heard.length > 0);
    expect(heard).toEqual([1]);
    model.disconnectStreams();
    await writer.add(allowing('b'));
    await until(() => heard.length > 1);
    expect(heard).toEqual([1, 2]);
    await dispose();
    expect(model.streams).toBe(0);
  });
});

/** Waits for something, which the time limit of the test ends. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
