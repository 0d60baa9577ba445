export type {
  MongoChangeStream,
  MongoCollection,
  MongoCursor,
  MongoDatabase,
  MongoFindOptions,
  MongoOptions,
  MongoSession,
} from './client.ts';
export type { MongoAtomicity } from './mongo-backend.ts';
export { mongoMigrator, type MongoMigratorOptions } from './mongo-migrator.ts';
export { type MongoStorageOptions, mongoStorage } from './mongo-storage.ts';
export { mongoVersionStore } from './mongo-version-store.ts';
export { StoredStorage, type StoredStorageOptions } from '../stored/stored-storage.ts';
