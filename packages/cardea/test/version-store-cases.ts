import { expect, it } from 'vitest';
import type { Migration, VersionRecord, VersionStore } from '../src/ports/migration.ts';
import { Migrator } from '../src/storage/migration/migrator.ts';

const WRITERS = 8;

/**
 * What every version store promises, on a real database.
 *
 * @param make a store over what is still empty, and the same again over other connections
 */
export function versionStoreCases<Context>(make: () => Promise<() => VersionStore<Context>>): void {
  const create = (): Promise<() => VersionStore<Context>> => readOnce(make);
  const claim = { owner: 'a/1', leaseMs: 30_000, renewedAt: '2026-11-22T12:00:00.000Z' };

  it('reads version 0 where nothing was written', async () => {
    const open = await make();
    const records = await Promise.all(Array.from({ length: WRITERS }, () => open().read()));
    for (const record of records) expect(record).toEqual({ stamp: 0, version: 0 });
  });

  it.each<VersionRecord>([
    { stamp: 1, version: 0 },
    { stamp: 1, version: 7, claim },
    { stamp: 1, version: 2, running: { order: 3, direction: 'up' }, claim },
    { stamp: 1, version: 2, running: { order: 2, direction: 'down' } },
  ])('gives back %j as it was written', async (record) => {
    const open = await create();
    expect(await open().write(record)).toBe(true);
    expect(await open().read()).toEqual(record);
    expect(await open().write({ stamp: 2, version: 9, running: undefined, claim: undefined })).toBe(true);
    expect(await open().read()).toEqual({ stamp: 2, version: 9 });
  });

  it('writes nothing over a record of another stamp', async () => {
    const open = await create();
    expect(await open().write({ stamp: 2, version: 1 })).toBe(false);
    await open().write({ stamp: 1, version: 1 });
    for (const stamp of [1, 3]) expect(await open().write({ stamp, version: 5 })).toBe(false);
    expect(await open().read()).toEqual({ stamp: 1, version: 1 });
  });

  it('one of many who write at once does, at first and later', async () => {
    const open = await create();
    for (const stamp of [1, 2, 3]) {
      const records = Array.from({ length: WRITERS }, (_, version) => ({ stamp, version }));
      const written = await Promise.all(records.map((record) => open().write(record)));
      expect(written.filter(Boolean)).toHaveLength(1);
      expect(await open().read()).toEqual(records[written.indexOf(true)]);
    }
  });

  it('processes that migrate at once run each migration once', async () => {
    const open = await create();
    const ran: number[] = [];
    const step = (order: number): Migration<Context> => ({
      order,
      description: `to ${order}`,
      up: async () => void ran.push(order),
      down: async () => void ran.push(-order),
    });
    const migrators = Array.from(
      { length: WRITERS },
      () => new Migrator({ migrations: [1, 2, 3].map(step), store: open() }),
    );
    await Promise.all(migrators.map((migrator) => migrator.up()));
    await Promise.all(migrators.map((migrator) => migrator.down(1)));
    expect(ran).toEqual([1, 2, 3, -3, -2]);
    const { version, claim: held } = await open().read();
    expect([version, held]).toEqual([1, undefined]);
  });
}

/**
 * What a version store with transactions promises beside.
 *
 * @param change writes something in the database
 * @param changes how often that was done, as seen by others
 */
export function atomicStoreCases<Context>(
  make: () => Promise<() => VersionStore<Context>>,
  change: (context: Context) => Promise<void>,
  changes: (context: Context) => Promise<number>,
): void {
  const create = (): Promise<() => VersionStore<Context>> => readOnce(make);
  const stopped = new Error('stopped');

  it('does the work and records it, or neither', async () => {
    const open = await create();
    const store = open();
    const { context } = store;
    await open().write({ stamp: 1, version: 0 });
    await change(context);
    const failed = store.atomically?.({ stamp: 2, version: 1 }, async (transaction) => {
      await change(transaction);
      throw stopped;
    });
    await expect(failed).rejects.toBe(stopped);
    expect([await open().read(), await changes(context)]).toEqual([{ stamp: 1, version: 0 }, 1]);
    expect(await store.atomically?.({ stamp: 2, version: 1 }, change)).toBe(true);
    expect([await open().read(), await changes(context)]).toEqual([{ stamp: 2, version: 1 }, 2]);
  });

  it('does no work over a record of another stamp', async () => {
    const open = await create();
    const store = open();
    const { context } = store;
    await open().write({ stamp: 1, version: 0 });
    await change(context);
    expect(await store.atomically?.({ stamp: 3, version: 1 }, change)).toBe(false);
    expect([await open().read(), await changes(context)]).toEqual([{ stamp: 1, version: 0 }, 1]);
  });
}

/** Whoever writes has read before. */
async function readOnce<Context>(
  make: () => Promise<() => VersionStore<Context>>,
): Promise<() => VersionStore<Context>> {
  const open = await make();
  await open().read();
  return open;
}
