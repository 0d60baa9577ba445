// A process that migrates a database step by step, told by a line for each, so that it can be killed at any of them.
//   node --conditions=cardea-source migrating-child.ts sqlite|postgres|mysql <file or url> <prefix>
import { setTimeout as sleep } from 'node:timers/promises';
import { Migrator } from '../src/storage/migration/migrator.ts';
import { sqlVersionStore } from '../src/storage/sql/sql-version-store.ts';
import { connect, killedMigrations } from './killed-migrations.ts';

const [dialect = '', place = '', prefix = ''] = process.argv.slice(2);
if (dialect !== 'sqlite' && dialect !== 'postgres' && dialect !== 'mysql') throw new Error(`no dialect \`${dialect}\``);
const database = connect(dialect, place);
const migrations = killedMigrations(prefix, dialect, async (what) => {
  process.stdout.write(`${what}\n`);
  await sleep(20);
});
const store = sqlVersionStore(database, { prefix });
await new Migrator({ migrations, store, leaseMs: 300 }).up();
await database.destroy();
