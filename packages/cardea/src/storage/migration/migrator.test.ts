import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTimers } from '../../../test/fake-timers.ts';
import {
  MigratedDatabase,
  MigratingProcess,
  type MigrationKind,
  type Parts,
  partsAt,
} from '../../../test/migrated-database.ts';
import { recordingLogger } from '../../../test/recording-logger.ts';
import type { Migration } from '../../ports/migration.ts';
import { MemoryVersionStore } from './memory-version-store.ts';
import { Migrator, type MigratorOptions } from './migrator.ts';

const timers = new FakeTimers();
const { clock } = timers;
const FOUR: readonly MigrationKind[] = ['atomic', 'resumable', 'plain', 'atomic or resumable'];

/** A process over a database, a new one unless given. */
function processOn(
  database: MigratedDatabase = new MigratedDatabase(),
  options: Partial<MigratorOptions<Parts>> = {},
  kinds: readonly MigrationKind[] = FOUR,
) {
  const store = new MigratingProcess(database);
  const migrator = new Migrator({ migrations: store.migrations(kinds), store, clock, leaseMs: 1000, ...options });
  return { database, store, migrator };
}

/** A migration that fails after its first part, until it is told not to. */
function failing(kind: Pick<Migration<Parts>, 'atomic' | 'resumable'>) {
  const state = { fails: true };
  const step: Migration<Parts> = {
    order: 1,
    description: 'fails',
    ...kind,
    up: async (context) => {
      context.parts = [...new Set([...context.parts, 'first'])];
      if (state.fails) throw new Error('disk full');
      context.parts = [...context.parts, 'second'];
    },
    down: async (context) => void (context.parts = []),
  };
  return { state, step };
}

describe('Migrator', () => {
  beforeEach(() => timers.install());
  afterEach(() => timers.restore());

  it('goes up to the latest version, and nothing happens the second time', async () => {
    const { database, migrator } = processOn();
    expect(await migrator.up()).toMatchObject({ state: 'current', version: 4, latest: 4 });
    const { stamp } = database.record;
    await migrator.up();
    expect([database.parts, database.record.stamp, database.record.claim]).toEqual([partsAt(4), stamp, undefined]);
  });

  it('a number means to that number: every step between is run, up and down', async () => {
    const { database, migrator } = processOn();
    await migrator.up(3);
    expect([database.record.version, database.parts]).toEqual([3, partsAt(3)]);
    await migrator.down(1);
    expect([database.record.version, database.parts]).toEqual([1, partsAt(1)]);
    await migrator.to(2);
    await migrator.to(0);
    expect([database.record.version, database.parts]).toEqual([0, []]);
  });

  it('up never goes down, and down never up', async () => {
    const { migrator } = processOn();
    await migrator.up(3);
    expect(await migrator.up(1)).toMatchObject({ version: 3, state: 'outdated' });
    expect(await migrator.down(4)).toMatchObject({ version: 3 });
  });

  it.each([-1, 5, 1.5, Number.NaN])('refuses the version %d, which it does not have', async (version) => {
    const { migrator } = processOn();
    const refused = { code: 'CARDEA_INVALID_ARGUMENT', message: expect.stringContaining('from 0 to 4') as string };
    await expect(migrator.up(version)).rejects.toMatchObject(refused);
    await expect(migrator.down(version)).rejects.toMatchObject(refused);
    await expect(migrator.to(version)).rejects.toMatchObject(refused);
  });

  it('refuses a database of a later version, naming both, whatever is asked; its status does not', async () => {
    const { database, migrator } = processOn();
    database.record = { stamp: 7, version: 6 };
    const refused = {
      code: 'CARDEA_UNSUPPORTED',
      message: 'the database is of version 6, and this program knows version 4 at the latest: use a later program',
    };
    const calls = [migrator.up(), migrator.down(0), migrator.to(4), migrator.prepare(), migrator.settle(6)];
    for (const call of [...calls, migrator.prepare({ migrate: 'refuse' })])
      await expect(call).rejects.toMatchObject(refused);
    expect(await migrator.status()).toMatchObject({ state: 'newer', version: 6, latest: 4 });
    expect(database.record).toEqual({ stamp: 7, version: 6 });
  });

  it('refuses to go down over a migration without a way back before it undoes any', async () => {
    const database = new MigratedDatabase();
    const store = new MigratingProcess(database);
    const [first, second, third] = store.migrations(['plain', 'plain', 'plain']) as readonly [
      Migration<Parts>,
      Migration<Parts>,
      Migration<Parts>,
    ];
    const oneWay: Migration<Parts> = { order: 2, description: 'one way', up: (...args) => second.up(...args) };
    const migrator = new Migrator({ migrations: [first, oneWay, third], store, clock });
    await migrator.up();
    await expect(migrator.down(0)).rejects.toMatchObject({
      code: 'CARDEA_UNSUPPORTED',
      message: 'migration 2 (`one way`) has no way back: put a backup back instead',
    });
    expect([database.record.version, database.parts]).toEqual([3, partsAt(3)]);
    expect(await migrator.down(2)).toMatchObject({ version: 2 });
  });

  it('refuses an atomic step before any is run where the store has no transactions', async () => {
    const context: Parts = { parts: [] };
    const migrations = new MigratingProcess(new MigratedDatabase()).migrations(['plain', 'atomic']);
    const migrator = new Migrator({ migrations, store: new MemoryVersionStore(context), clock });
    await expect(migrator.up()).rejects.toMatchObject({ code: 'CARDEA_UNSUPPORTED' });
    expect(context.parts).toEqual([]);
  });

  it('an atomic step that fails leaves nothing', async () => {
    const { state, step } = failing({ atomic: true });
    const { database, migrator } = processOn(undefined, { migrations: [step] });
    await expect(migrator.up()).rejects.toMatchObject({
      code: 'CARDEA_MIGRATION',
      message: 'migration 1 (`fails`) up failed: disk full; nothing of it was kept',
      cause: new Error('disk full'),
    });
    expect([database.parts, await migrator.status()]).toMatchObject([[], { state: 'outdated' }]);
    state.fails = false;
    expect(await migrator.up()).toMatchObject({ state: 'current' });
  });

  it('a resumable step that fails is finished by up, and undone by down', async () => {
    const { state, step } = failing({ resumable: true });
    const { database, migrator } = processOn(undefined, { migrations: [step] });
    await expect(migrator.up()).rejects.toMatchObject({
      message: expect.stringMatching(
        /disk full; it is half done: migrate up to finish it, or down to undo it$/,
      ) as string,
    });
    expect(await migrator.status()).toMatchObject({ state: 'interrupted', unfinished: { order: 1, resumable: true } });
    expect(await migrator.down(1)).toMatchObject({ state: 'outdated', version: 0 });
    expect(database.parts).toEqual([]);
    await expect(migrator.up()).rejects.toMatchObject({ code: 'CARDEA_MIGRATION' });
    state.fails = false;
    expect(await migrator.up()).toMatchObject({ state: 'current', version: 1 });
    expect(database.parts).toEqual(['first', 'second']);
  });

  it('another step that fails is refused from then on, until it is settled', async () => {
    const { state, step } = failing({});
    const { migrator } = processOn(undefined, { migrations: [step] });
    await expect(migrator.up()).rejects.toMatchObject({ code: 'CARDEA_MIGRATION' });
    const refused = {
      code: 'CARDEA_MIGRATION',
      message:
        'migration 1 (`fails`) up was interrupted and is half done: put a backup back, or the database right by hand, and then settle it at version 0 or 1',
    };
    const calls = [() => migrator.up(), () => migrator.down(0), () => migrator.to(0), () => migrator.prepare()];
    for (const call of calls) await expect(call()).rejects.toMatchObject(refused);
    await expect(migrator.settle(2)).rejects.toMatchObject({ code: 'CARDEA_INVALID_ARGUMENT' });
    expect(await migrator.settle(0)).toMatchObject({ state: 'outdated', version: 0 });
    await expect(migrator.settle(0)).rejects.toMatchObject({ code: 'CARDEA_INVALID_ARGUMENT' });
    state.fails = false;
    expect(await migrator.up()).toMatchObject({ state: 'current' });
  });

  it('tells a logger of each step', async () => {
    const { logger, lines } = recordingLogger();
    await processOn(undefined, { logger }).migrator.up(1);
    expect(lines).toEqual([
      { level: 'info', fields: { order: 1, direction: 'up', description: 'atomic 1' }, message: 'migrated' },
    ]);
  });

  it.each([
    { leaseMs: 0 },
    { leaseMs: Number.NaN },
    { waitMs: -1 },
    { migrations: [] as readonly Migration<Parts>[], leaseMs: 0.5 },
  ])('refuses %o', (options) => {
    expect(() => processOn(undefined, options)).toThrow(/must be a whole number of at least/);
  });
});

describe('Migrator.prepare', () => {
  beforeEach(() => timers.install());
  afterEach(() => timers.restore());

  it.each(['auto', 'refuse'] as const)('with `%s` fills an empty database', async (migrate) => {
    const { database, migrator } = processOn();
    await migrator.prepare({ migrate });
    await migrator.prepare({ migrate });
    expect(database.parts).toEqual(partsAt(4));
  });

  it('migrates one of an earlier version', async () => {
    const { database, migrator } = processOn();
    await migrator.up(2);
    await migrator.prepare();
    expect(database.record.version).toBe(4);
  });

  it('with `refuse` refuses one of an earlier version, and says what to run', async () => {
    const { database, migrator } = processOn();
    await migrator.up(2);
    const message = 'the database is at version 2 of 4: run `cardea store migrate up`';
    const refused = migrator.prepare({ migrate: 'refuse' });
    await expect(refused).rejects.toMatchObject({ code: 'CARDEA_MIGRATION', message });
    expect(database.record.version).toBe(2);
  });

  it('with `refuse` waits for a process that is filling the database', async () => {
    const database = new MigratedDatabase();
    const first = new MigratingProcess(database);
    const migrations = first.migrations(['resumable', 'resumable'], 300);
    const filling = new Migrator({ migrations, store: first, clock, leaseMs: 1000 }).up();
    await timers.advance(1000);
    expect(database.record).toMatchObject({ version: 1, running: { order: 2 } });
    const { migrator } = processOn(database, {}, ['resumable', 'resumable']);
    const prepared = migrator.prepare({ migrate: 'refuse' });
    await timers.advance(5000);
    await Promise.all([filling, prepared]);
    expect(database.parts).toEqual(partsAt(2));
  });
});

describe('two processes', () => {
  beforeEach(() => timers.install());
  afterEach(() => timers.restore());

  it('a second one waits for as long as the first is alive, and not longer than it is told to', async () => {
    const database = new MigratedDatabase();
    const slow = new MigratingProcess(database);
    const migrations = slow.migrations(['plain'], 20_000);
    const done = new Migrator({ migrations, store: slow, clock, leaseMs: 1000 }).up();
    await timers.advance(10);
    const patient = processOn(database, {}, ['plain']).migrator.up();
    const hasty = processOn(database, { waitMs: 5000 }, ['plain']).migrator.up();
    const kept = expect(hasty).rejects.toMatchObject({
      code: 'CARDEA_CONFLICT',
      message: expect.stringMatching(/^the process `.*` did not end migrating the database within 5000 ms$/) as string,
    });
    await timers.advance(6000);
    await kept;
    await timers.advance(60_000);
    expect([await done, await patient]).toMatchObject([{ state: 'current' }, { state: 'current' }]);
    expect([database.collisions, database.parts]).toEqual([0, partsAt(1)]);
  });

  it('a process that stood still for longer than its lease hears of it at its next checkpoint', async () => {
    const database = new MigratedDatabase();
    const still = new MigratingProcess(database);
    const migrations = still.migrations(['resumable'], 200);
    const first = new Migrator({ migrations, store: still, clock, leaseMs: 1000 }).up();
    await timers.advance(100);
    expect(database.parts).toEqual(['1a']);
    let wake = (): void => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    still.pause = () => asleep;
    const second = processOn(database, {}, ['resumable']).migrator.up();
    await timers.advance(3000);
    expect([await second, database.parts]).toMatchObject([{ state: 'current' }, partsAt(1)]);
    const lost = expect(first).rejects.toMatchObject({
      code: 'CARDEA_CONFLICT',
      message: expect.stringContaining('another process has taken the migration over') as string,
    });
    wake();
    await timers.advance(3000);
    await lost;
    expect([database.parts, database.record.version, database.record.claim]).toEqual([partsAt(1), 1, undefined]);
  });
});
