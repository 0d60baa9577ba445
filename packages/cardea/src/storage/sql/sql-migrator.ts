import type { Kysely } from 'kysely';
import { systemClock } from '../../ports/clock.ts';
import { Migrator, type MigratorOptions } from '../migration/migrator.ts';
import { detectDialect } from './detect-dialect.ts';
import { sqlMigrations } from './sql-migrations.ts';
import { sqlVersionStore } from './sql-version-store.ts';

/** How the tables of a storage are migrated. */
export interface SqlMigratorOptions extends Omit<MigratorOptions<Kysely<unknown>>, 'migrations' | 'store'> {
  /** What the names of all tables begin with, as `sqlStorage` was told; `cardea_` when absent. */
  readonly prefix?: string;
}

/**
 * Migrates the tables that `sqlStorage` uses, as it does by itself when it is first asked: for whoever wants to do that at
 * another time, with another account, or back to an earlier version. **`down(0)` drops the tables with all policies.**
 *
 * @param kysely over the same database as that of the storage; its plugins are not used
 * @throws CARDEA_INVALID_ARGUMENT when it is a transaction or of another dialect, or an option is none
 *
 * @example
 * ```ts
 * const migrator = sqlMigrator(kysely);
 * const { state, version, latest } = await migrator.status();
 * if (state === 'outdated') await migrator.up();
 * ```
 */
export function sqlMigrator<Database>(
  kysely: Kysely<Database>,
  { prefix = 'cardea_', clock = systemClock, ...options }: SqlMigratorOptions = {},
): Migrator<Kysely<unknown>> {
  const database = kysely as unknown as Kysely<unknown>;
  const migrations = sqlMigrations(prefix, detectDialect(database), clock);
  return new Migrator({ ...options, clock, migrations, store: sqlVersionStore(database, { prefix, clock }) });
}
