export type { StoredStorage, StoredStorageOptions } from '../stored/stored-storage.ts';
export { keepStatements } from './keep-statements.ts';
export { nodeSqlite, type NodeSqliteDatabase } from './node-sqlite.ts';
export type { PostgresConnect, PostgresListener } from './postgres-listener.ts';
export { sqlMigrator, type SqlMigratorOptions } from './sql-migrator.ts';
export { sqlStorage, type SqlStorageOptions } from './sql-storage.ts';
export { sqlVersionStore, type SqlVersionStoreOptions } from './sql-version-store.ts';
