// Who sees how much of a public dataset, asked of SQLite, of Polars, of the values in memory, and of PostgreSQL where one is
// named. The folder holds the files of Eurostat's nrg_105m; a sample when absent.
//   node --conditions=cardea-source examples/eurostat.ts [FOLDER] [postgres://…]
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { MemoryStorage } from 'cardea';
import { StatementGuard } from 'cardea/statements';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import pg from 'pg';
import { namedValues, readDataset } from './eurostat/dataset.ts';
import { makeDirectory } from './eurostat/directory.ts';
import { inDatabase, inMemory, inPolars } from './eurostat/places.ts';

const [folder = join(import.meta.dirname, 'eurostat/sample'), url] = process.argv.slice(2);
const values = namedValues(readDataset(folder));
const { policies, users } = makeDirectory();
const guard = new StatementGuard(new MemoryStorage(policies), { principals: (user) => users.get(user) });

const sqlite = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new BetterSqlite(':memory:') }) });
const places = [inMemory(values), inPolars(values), await inDatabase(sqlite, { dialect: 'sqlite', values })];
const pool = url === undefined ? undefined : new pg.Pool({ connectionString: url, max: 1 });
const postgres = pool && new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
if (pool !== undefined && postgres !== undefined) {
  // For this connection alone, and gone with it.
  await pool.query('set search_path to pg_temp');
  places.push(await inDatabase(postgres, { dialect: 'postgres', values }));
}

console.log(`${values.length} values in ${places.map(({ name }) => name).join(', ')}`);
for (const user of users.keys()) {
  for (const action of ['values:read', 'values:export']) {
    const plan = await guard.plan(user, action);
    const selected = await Promise.all(places.map(async ({ select }) => select(plan)));
    const agree = selected.every((ids) => String(ids) === String(selected[0]));
    console.log(`${user} ${action}: ${selected[0]?.length}${agree ? '' : ', and not the same everywhere'}`);
  }
}
await Promise.all([guard.close(), sqlite.destroy(), postgres?.destroy()]);
