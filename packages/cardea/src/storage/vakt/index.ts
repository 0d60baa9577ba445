/** Reading live databases of the Python library vakt, for `importVaktDatabase` of `cardea/vakt`. */
export type { UnreadVaktPolicy, VaktBatch, VaktDatabase } from '../../ports/vakt-database.ts';
export { readVaktMongo, type VaktMongo, type VaktMongoCollection, type VaktMongoOptions } from './read-mongo.ts';
export { readVaktRedis, type VaktRedis, type VaktRedisOptions } from './read-redis.ts';
export { readVaktSql, type VaktSql } from './read-sql.ts';
