export type { StoredStorage, StoredStorageOptions } from '../stored/stored-storage.ts';
export { nodeSqlite, type NodeSqliteDatabase } from './node-sqlite.ts';
export type { PostgresConnect, PostgresListener } from './postgres-listener.ts';
export { sqlStorage, type SqlStorageOptions } from './sql-storage.ts';
