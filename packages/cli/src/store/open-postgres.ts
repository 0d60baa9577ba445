import { PostgresDialect } from 'kysely';
import { loadDriver } from './load-driver.ts';
import { sqlDatabase } from './sql-database.ts';
import type { StoreDatabase } from './store-database.ts';
import { CONNECTIONS, CONNECT_MS } from './connecting.ts';

/** Opens a database of PostgreSQL by the package `pg`. */
export async function openPostgres(connectionString: string): Promise<StoreDatabase> {
  const { default: pg } = await loadDriver('pg', () => import('pg'));
  const pool = new pg.Pool({ connectionString, max: CONNECTIONS, connectionTimeoutMillis: CONNECT_MS });
  // What uses a connection that is lost is told anyway; without these lines the process would end.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return sqlDatabase(new PostgresDialect({ pool }));
}
