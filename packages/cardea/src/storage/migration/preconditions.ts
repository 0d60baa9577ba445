import { CardeaError, quote } from '../../errors.ts';
import type { Migration, RunningMigration, VersionRecord, VersionStore } from '../../ports/migration.ts';
import { interruptedStep } from './failed-step.ts';
import type { MigrationSet } from './migration-set.ts';
import { nextStep, reachOf, versionAfter } from './next-step.ts';

/** @throws CARDEA_INVALID_ARGUMENT when a program has no such version */
export function requireVersion(version: number, latest: number): void {
  if (Number.isSafeInteger(version) && version >= 0 && version <= latest) return;
  const given = quote(String(version));
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `a version is a whole number from 0 to ${latest}, not ${given}`);
}

/** @throws CARDEA_UNSUPPORTED when a database has something of a later version than the program knows */
export function requireKnown(record: VersionRecord, latest: number): void {
  const reach = reachOf(record);
  if (reach <= latest) return;
  throw new CardeaError(
    'CARDEA_UNSUPPORTED',
    `the database is of version ${reach}, and this program knows version ${latest} at the latest: use a later program`,
  );
}

/**
 * Looks at all steps on the way before the first is taken.
 *
 * @throws CARDEA_MIGRATION when one was interrupted that nobody may repeat; CARDEA_UNSUPPORTED when one has no way back, or
 *   needs a transaction that the store does not have
 */
export function requirePassable<Context>(
  record: VersionRecord,
  target: number,
  migrations: MigrationSet<Context>,
  store: VersionStore<Context>,
): void {
  const { running } = record;
  const interrupted = running === undefined ? undefined : migrations.get(running.order);
  if (running !== undefined && interrupted !== undefined && interrupted.resumable !== true)
    throw interruptedStep(running, interrupted);
  let reached = record;
  for (let step = nextStep(reached, target); step !== undefined; step = nextStep(reached, target)) {
    requireStep(step, migrations.get(step.order) as Migration<Context>, store);
    reached = { stamp: 0, version: versionAfter(step) };
  }
}

function requireStep<Context>(
  { order, direction }: RunningMigration,
  migration: Migration<Context>,
  store: VersionStore<Context>,
): void {
  const name = `migration ${order} (${quote(migration.description)})`;
  if (migration[direction] === undefined)
    throw new CardeaError('CARDEA_UNSUPPORTED', `${name} has no way back: put a backup back instead`);
  if (migration.atomic !== true || migration.resumable === true || store.atomically !== undefined) return;
  throw new CardeaError(
    'CARDEA_UNSUPPORTED',
    `${name} needs a transaction, which this database cannot do migrations in`,
  );
}
