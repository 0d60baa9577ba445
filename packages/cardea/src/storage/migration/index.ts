/**
 * Migrations of a database from one version of its schema to another: for storages of your own, and for tools over those
 * that are there.
 *
 * @packageDocumentation
 */
export { MemoryVersionStore } from './memory-version-store.ts';
export { MigrationSet } from './migration-set.ts';
export { type MigrationStatus, type MigrationStepStatus, migrationStatus } from './migration-status.ts';
export { type MigrateMode, Migrator, type MigratorOptions } from './migrator.ts';
export type {
  Migration,
  MigrationClaim,
  MigrationDirection,
  MigrationStep,
  RunningMigration,
  VersionRecord,
  VersionStore,
} from '../../ports/migration.ts';
