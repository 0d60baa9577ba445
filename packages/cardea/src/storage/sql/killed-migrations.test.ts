import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { connect, killedMigrations, rowsIn } from '../../../test/killed-migrations.ts';
import { Migrator } from '../migration/migrator.ts';
import type { SqlDialectName } from './sql-dialects.ts';
import { sqlVersionStore } from './sql-version-store.ts';

const CHILD = join(import.meta.dirname, '../../../test/migrating-child.ts');
const ALL = [1, 2, 3, 4];

/** Lets a process migrate until it has told of so many rows, and kills it. */
async function migrateAndDie(args: readonly string[], rows: number): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=cardea-source', CHILD, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(child, 'close');
  let told = 0;
  for await (const _ of createInterface({ input: child.stdout })) if (++told === rows) child.kill('SIGKILL');
  await closed;
  expect(child.signalCode).toBe('SIGKILL');
}

function killCases(dialect: SqlDialectName, place: () => string): void {
  const rounds = dialect === 'mysql' ? [1, 3] : [1, 3, 5, 7];
  it.each(rounds)('killed before row %i of its migrations, the next process goes on', async (rows) => {
    const prefix = `ck${process.pid.toString(36)}_${rows}_`;
    await migrateAndDie([dialect, place(), prefix], rows);
    const database = connect(dialect, place());
    try {
      const migrations = killedMigrations(prefix, dialect, async () => undefined);
      const store = sqlVersionStore(database, { prefix });
      const migrator = new Migrator({ migrations, store });
      expect(await migrator.up()).toMatchObject({ state: 'current' });
      expect(await rowsIn(database, prefix, dialect)).toEqual(migrations.map(() => ALL));
      expect(await migrator.down(0)).toMatchObject({ version: 0 });
    } finally {
      await database.schema.dropTable(`${prefix}migrations`).ifExists().execute();
      await database.destroy();
    }
  });
}

describe('a process that migrates SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-killed-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  killCases('sqlite', () => join(folder, 'policies.db'));
});

describeService('postgres', 'a process that migrates PostgreSQL', (url) => killCases('postgres', () => url));

describeService('mariadb', 'a process that migrates MariaDB', (url) => killCases('mysql', () => url));
