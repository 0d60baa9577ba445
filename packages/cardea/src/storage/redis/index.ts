export type { RedisClient, RedisSubscriber } from './redis-client.ts';
export { redisStorage, type RedisStorageOptions } from './redis-storage.ts';
export type { StoredStorage, StoredStorageOptions } from '../stored/stored-storage.ts';
