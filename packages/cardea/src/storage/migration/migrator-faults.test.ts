import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTimers } from '../../../test/fake-timers.ts';
import {
  type Fault,
  MigratedDatabase,
  MigratingProcess,
  type MigrationKind,
  partsAt,
} from '../../../test/migrated-database.ts';
import { isCardeaError } from '../../errors.ts';
import { Migrator } from './migrator.ts';

const LEASE_MS = 1000;
const timers = new FakeTimers();

const kindsArb = fc.array(fc.constantFrom<MigrationKind>('atomic', 'resumable', 'plain', 'atomic or resumable'), {
  minLength: 1,
  maxLength: 4,
});

const runArb = fc.record({
  target: fc.nat(4),
  faults: fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom<Fault>('fail', 'die')), { maxLength: 4 }),
  afterMs: fc.nat(3000),
});

type Run = typeof runArb extends fc.Arbitrary<infer Value> ? Value : never;

/** What comes of it; undefined where the process dies. */
async function migrate(
  database: MigratedDatabase,
  kinds: readonly MigrationKind[],
  { target, faults }: Pick<Run, 'target' | 'faults'>,
  partMs = 0,
): Promise<unknown> {
  const store = new MigratingProcess(database, new Map(faults));
  const migrations = store.migrations(kinds, partMs);
  const migrator = new Migrator({ migrations, store, clock: timers.clock, leaseMs: LEASE_MS });
  const end: { outcome?: unknown } = {};
  void migrator.to(Math.min(target, kinds.length)).then(
    () => (end.outcome = 'done'),
    (error: unknown) => (end.outcome = error),
  );
  while (end.outcome === undefined && !store.isDead) await timers.advance(LEASE_MS);
  return end.outcome;
}

/** Migrates without faults, and expects what is wanted, or word that a step was interrupted that nobody may repeat. */
async function expectSound(database: MigratedDatabase, kinds: readonly MigrationKind[], target: number): Promise<void> {
  const wanted = Math.min(target, kinds.length);
  const outcome = await migrate(database, kinds, { target, faults: [] });
  if (isCardeaError(outcome)) {
    const { running } = database.record;
    expect([outcome.code, kinds[(running?.order ?? 0) - 1]]).toEqual(['CARDEA_MIGRATION', 'plain']);
    const order = running?.order as number;
    const store = new MigratingProcess(database);
    database.parts = partsAt(order - 1);
    await new Migrator({ migrations: store.migrations(kinds), store, clock: timers.clock }).settle(order - 1);
    return expectSound(database, kinds, target);
  }
  expect(outcome).toBe('done');
  expect(database.record).toMatchObject({ version: wanted });
  expect(database.record.running).toBe(undefined);
  expect(database.parts.toSorted()).toEqual(partsAt(wanted));
}

describe('Migrator over a database that fails', () => {
  beforeEach(() => timers.install());
  afterEach(() => timers.restore());

  it('migrated-exactly-once: whatever fails and whoever dies, migrating again ends at the wanted version', async () => {
    await fc.assert(
      fc.asyncProperty(kindsArb, fc.array(runArb, { maxLength: 4 }), fc.nat(4), async (kinds, runs, target) => {
        const database = new MigratedDatabase();
        for (const run of runs) await migrate(database, kinds, run);
        await expectSound(database, kinds, target);
        expect(database.collisions).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('one-at-a-time: processes that migrate at once never run a step together, though others die', async () => {
    const processesArb = fc.array(runArb, { minLength: 2, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(kindsArb, processesArb, fc.nat(1500), fc.nat(4), async (kinds, runs, partMs, target) => {
        const database = new MigratedDatabase();
        const stores = runs.map(({ target: to, faults, afterMs }) => {
          const store = new MigratingProcess(database, new Map(faults));
          const options = {
            store,
            migrations: store.migrations(kinds, partMs),
            clock: timers.clock,
            leaseMs: LEASE_MS,
          };
          const state = { store, isDone: false };
          const finish = (): void => void (state.isDone = true);
          const begin = (): void => void new Migrator(options).to(Math.min(to, kinds.length)).then(finish, finish);
          setTimeout(begin, afterMs);
          return state;
        });
        while (stores.some(({ store, isDone }) => !isDone && !store.isDead)) await timers.advance(LEASE_MS);
        await expectSound(database, kinds, target);
        expect(database.collisions).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it.each<MigrationKind>(['atomic', 'resumable', 'atomic or resumable'])(
    'a %s migration survives the death of its process at each single step',
    async (kind) => {
      for (let step = 1; step <= 30; step++) {
        const database = new MigratedDatabase();
        await migrate(database, [kind, kind], { target: 2, faults: [[step, 'die']] });
        expect(await migrate(database, [kind, kind], { target: 2, faults: [] })).toBe('done');
        expect(database.parts).toEqual(partsAt(2));
      }
    },
  );

  // The steps from the mark that a migration is begun to the claim that is given back, but for its two parts.
  it.each([5, 6, 9, 10, 11, 12])('a write that fails once, at step %i, interrupts nothing', async (step) => {
    const database = new MigratedDatabase();
    expect(await migrate(database, ['plain'], { target: 1, faults: [[step, 'fail']] })).toBe('done');
    expect([database.parts, database.record.version, database.record.claim]).toEqual([partsAt(1), 1, undefined]);
  });

  it('an atomic migration whose answer is lost is done, and one that is said to have left nothing has not', async () => {
    for (let step = 1; step <= 20; step++) {
      const database = new MigratedDatabase();
      const outcome = await migrate(database, ['atomic'], { target: 1, faults: [[step, 'fail']] });
      const [version, parts] = outcome === 'done' ? [1, partsAt(1)] : [0, []];
      expect([step, database.record.version, database.parts]).toEqual([step, version, parts]);
    }
  });

  it.each([7, 8])('a part that fails, at step %i, interrupts what cannot be repeated', async (step) => {
    const database = new MigratedDatabase();
    const outcome = await migrate(database, ['plain'], { target: 1, faults: [[step, 'fail']] });
    expect(outcome).toMatchObject({ code: 'CARDEA_MIGRATION' });
    expect(database.record).toMatchObject({ version: 0, running: { order: 1, direction: 'up' } });
  });
});
