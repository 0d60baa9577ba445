import type { StoreDatabase } from './store-database.ts';
import type { StoreAddress, StoreKind } from './store-url.ts';

/** Connects to a database. Nothing is asked of it but what the driver asks. */
export function openDatabase({ kind, target }: StoreAddress): Promise<StoreDatabase> {
  return OPEN[kind](target);
}

// Loaded when it is asked for, so that nobody waits for a database that they do not use.
const OPEN: Readonly<Record<StoreKind, (target: string) => Promise<StoreDatabase>>> = {
  sqlite: async (target) => (await import('./open-sqlite.ts')).openSqlite(target),
  postgres: async (target) => (await import('./open-postgres.ts')).openPostgres(target),
  mysql: async (target) => (await import('./open-mysql.ts')).openMysql(target),
  mongodb: async (target) => (await import('./open-mongodb.ts')).openMongodb(target),
  redis: async (target) => (await import('./open-redis.ts')).openRedis(target),
};
