import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faultRounds } from '../../../../../test/runs.ts';
import { describeService } from '../../../../../test/services.ts';
import { MongoTestDatabase } from '../../../test/mongo-servers.ts';
import { allowing } from '../../../test/policies.ts';

const PROGRAM = join(import.meta.dirname, '../../../test/mongo-bulk-load.ts');
const BATCH = 20;
const ROUNDS = faultRounds();
/** How long a round may take, a start of Node on a busy machine included. */
const ROUND_MS = 60_000;

/** Loads in bulk, and is killed a while after it told of the first batch: each time somewhere else. */
async function loadAndKill(url: string, name: string, first: number, delayMs: number): Promise<void> {
  const args = ['--conditions=cardea-source', PROGRAM, url, name, String(first), String(BATCH)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exit]);
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  child.kill('SIGKILL');
  expect(await exit).toEqual([null, 'SIGKILL']);
}

describeService('mongodb', 'mongoStorage of a process that is killed', (url) => {
  it('a bulk load leaves whole batches, each a revision, and nothing that another would see', {
    timeout: ROUNDS * ROUND_MS,
  }, async () => {
    const database = new MongoTestDatabase(url, 'killed');
    try {
      for (let round = 0, first = 0; round < ROUNDS; round++) {
        await loadAndKill(url, database.name, first, (round * 17) % 60);
        const storage = database.open();
        const policies = await storage.getAll(100_000, 0);
        const since = await storage.changesSince(0);
        expect(policies.length).toBeGreaterThan(first);
        expect(policies.map(({ uid }) => uid)).toEqual(policies.map((_, at) => `p${at}`));
        expect(policies).toHaveLength((await storage.revision()) * BATCH);
        expect(since.complete && since.changes.map(({ change }) => change)).toEqual(
          policies.map((policy) => ({ type: 'add', policy })),
        );
        first = policies.length;
      }
      const last = database.open();
      await last.add(allowing('last'));
      const { length } = await last.getAll(100_000, 0);
      await database.open().revision();
      const collections = database.connect();
      expect(await collections.collection('cardea_policies').countDocuments()).toBe(length);
      expect(await collections.collection('cardea_log').countDocuments()).toBe(0);
    } finally {
      await database.drop();
    }
  });
});
