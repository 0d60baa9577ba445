import type { PostgresListener } from 'cardea/storage/sql';
import { PostgresDialect } from 'kysely';
import { loadDriver } from './load-driver.ts';
import { sqlDatabase } from './sql-database.ts';
import type { StoreDatabase } from './store-database.ts';
import { CONNECT_MS, type Connecting, CONNECTIONS } from './connecting.ts';

/** Opens a database of PostgreSQL by the package `pg`. */
export async function openPostgres(connectionString: string, connecting: Connecting): Promise<StoreDatabase> {
  const { default: pg } = await loadDriver('pg', () => import('pg'));
  const address = { connectionString, connectionTimeoutMillis: CONNECT_MS };
  const pool = new pg.Pool({ ...address, max: CONNECTIONS[connecting] });
  // What uses a connection that is lost is told anyway; without these lines the process would end.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const listen = async (): Promise<PostgresListener> => {
    const client = new pg.Client(address);
    await client.connect();
    return client;
  };
  return sqlDatabase(new PostgresDialect({ pool }), connecting === 'lasting' ? { listen } : {});
}
