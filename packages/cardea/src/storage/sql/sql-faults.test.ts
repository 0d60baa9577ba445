import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { faultRounds } from '../../../../../test/runs.ts';
import { everythingIn, sortedLinks } from '../../../test/change-lists.ts';
import { allowing } from '../../../test/policies.ts';
import { SQL_DATABASES } from '../../../test/sql-databases.ts';
import type { SqlWriterTask } from '../../../test/sql-writer-child.ts';
import type { Storage } from '../../ports/storage.ts';
import { replayed } from '../../../test/replayed.ts';
import { sqlMigrator } from './sql-migrator.ts';

const ROUNDS = faultRounds();
const CHILD = fileURLToPath(new URL('../../../test/sql-writer-child.ts', import.meta.url));
const TIMEOUT_MS = ROUNDS * 60_000;

/** Runs a writer until it kills itself. */
async function killedWriter(task: SqlWriterTask): Promise<void> {
  const command = ['--conditions=cardea-source', '--no-warnings', CHILD, JSON.stringify(task)];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([signal, errors]).toEqual(['SIGKILL', '']);
}

async function expectConsistent(storage: Storage): Promise<void> {
  const [held, told] = [await everythingIn(storage), await everythingIn(await replayed(storage))];
  expect(held.policies).toEqual(told.policies);
  expect(sortedLinks(held.links)).toEqual(sortedLinks(told.links));
  expect(held.revision).toBe(told.revision);
}

for (const database of SQL_DATABASES) {
  database.describe(`a writer of ${database.name} that is killed`, (create) => {
    it('killed while it makes the tables, it leaves what others finish', { timeout: TIMEOUT_MS }, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const place = await create();
        try {
          await killedWriter({ address: place.address, round, killAfter: 1 + ((round * 7) % 23) });
          await sqlMigrator(place.connect()).up();
          const storage = place.storage();
          await storage.add(allowing('after'));
          await expectConsistent(storage);
        } finally {
          await place.dispose();
        }
      }
    });

    it(
      'nothing-half-visible: killed between any two statements, it leaves whole batches, and others go on',
      async () => {
        const place = await create();
        try {
          const storage = place.storage({ historySize: 1_000_000 });
          await storage.prepare();
          for (let round = 0; round < ROUNDS; round++) {
            // Over all of its some sixty statements; another one each time.
            await killedWriter({ address: place.address, round, killAfter: 2 + ((round * 37) % 61) });
            await storage.add(allowing(`after-${round}`));
            const own = (await storage.getAll(1_000_000, 0)).filter(({ uid }) => uid.startsWith(`r${round}-`));
            expect([0, 600, 1199, 1200]).toContain(own.length);
            await expectConsistent(storage);
          }
        } finally {
          await place.dispose();
        }
      },
      TIMEOUT_MS,
    );
  });
}
