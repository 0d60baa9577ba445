import { CardeaError, errorMessage, quote } from '../../errors.ts';
import type { Migration, RunningMigration, VersionRecord } from '../../ports/migration.ts';

/**
 * The error for a step that failed, with what is left of it and what to do.
 *
 * @param record as it was left; undefined where the database could not be asked any more
 */
export function failedStep<Context>(
  step: RunningMigration,
  migration: Migration<Context>,
  record: VersionRecord | undefined,
  cause: unknown,
): CardeaError {
  const what = `${nameOf(step, migration)} failed: ${errorMessage(cause)}`;
  if (record === undefined)
    return new CardeaError('CARDEA_MIGRATION', `${what}; the status tells what is left of it`, { cause });
  if (record.running === undefined)
    return new CardeaError('CARDEA_MIGRATION', `${what}; nothing of it was kept`, { cause });
  return new CardeaError('CARDEA_MIGRATION', `${what}; it is half done: ${wayOut(step, migration)}`, { cause });
}

/** The error for a step that was interrupted and that nobody may repeat. */
export function interruptedStep<Context>(step: RunningMigration, migration: Migration<Context>): CardeaError {
  const message = `${nameOf(step, migration)} was interrupted and is half done: ${wayOut(step, migration)}`;
  return new CardeaError('CARDEA_MIGRATION', message);
}

function nameOf({ order, direction }: RunningMigration, { description }: Migration<unknown>): string {
  return `migration ${order} (${quote(description)}) ${direction}`;
}

function wayOut({ order }: RunningMigration, { resumable }: Migration<unknown>): string {
  if (resumable === true) return 'migrate up to finish it, or down to undo it';
  return `put a backup back, or the database right by hand, and then settle it at version ${order - 1} or ${order}`;
}
