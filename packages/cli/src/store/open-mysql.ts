import { MysqlDialect } from 'kysely';
import { usageError } from '../report-error.ts';
import { CONNECT_MS, type Connecting, CONNECTIONS } from './connecting.ts';
import { loadDriver } from './load-driver.ts';
import { sqlDatabase } from './sql-database.ts';
import type { StoreDatabase } from './store-database.ts';

/** Parameters of a URL; `mysql2` repeats others on the standard error, be they a part of a password. */
const PARAMETERS = ['charset', 'connectTimeout', 'ssl', 'timezone'];

/**
 * Opens a database of MySQL or MariaDB by the package `mysql2`.
 *
 * @throws CARDEA_INVALID_ARGUMENT when the URL has other parameters
 */
export async function openMysql(uri: string, connecting: Connecting): Promise<StoreDatabase> {
  if (![...new URL(uri).searchParams.keys()].every((name) => PARAMETERS.includes(name)))
    throw usageError(`the URL of MySQL has a parameter that is none of ${PARAMETERS.join(', ')}`);
  const { createPool } = await loadDriver('mysql2', () => import('mysql2'));
  const pool = createPool({ uri, connectionLimit: CONNECTIONS[connecting], connectTimeout: CONNECT_MS });
  return sqlDatabase(new MysqlDialect({ pool }));
}
