export type { RedisClient, RedisSubscriber } from './redis-client.ts';
export { redisMigrator, type RedisMigratorOptions } from './redis-migrator.ts';
export { redisStorage, type RedisStorageOptions } from './redis-storage.ts';
export { redisVersionStore } from './redis-version-store.ts';
export type { StoredStorage, StoredStorageOptions } from '../stored/stored-storage.ts';
