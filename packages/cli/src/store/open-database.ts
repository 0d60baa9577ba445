import type { Connecting } from './connecting.ts';
import type { StoreDatabase } from './store-database.ts';
import type { StoreAddress, StoreKind } from './store-url.ts';

/** Connects to a database. Nothing is asked of it but what the driver asks. */
export function openDatabase({ kind, target }: StoreAddress, connecting: Connecting): Promise<StoreDatabase> {
  return OPEN[kind](target, connecting);
}

// Loaded when it is asked for, so that nobody waits for a database that they do not use.
const OPEN: Readonly<Record<StoreKind, (target: string, connecting: Connecting) => Promise<StoreDatabase>>> = {
  sqlite: async (target) => (await import('./open-sqlite.ts')).openSqlite(target),
  postgres: async (target, how) => (await import('./open-postgres.ts')).openPostgres(target, how),
  mysql: async (target, how) => (await import('./open-mysql.ts')).openMysql(target, how),
  mongodb: async (target) => (await import('./open-mongodb.ts')).openMongodb(target),
  redis: async (target, how) => (await import('./open-redis.ts')).openRedis(target, how),
};
