// An instance of a decision point in a process of its own.
import { Guard } from 'cardea';
import { deaf } from '../../../cardea/test/deaf-storage.ts';
import { openDatabase } from '../../../cardea/test/open-database.ts';
import { apiKeys } from '../../src/index.ts';
import { createServer } from '../../src/node/index.ts';
import type { InstanceTask } from './instance.ts';

const { address, port, record, isDeaf } = JSON.parse(process.argv[2] ?? '') as InstanceTask;
const { storage, close } = await openDatabase(address);
const guard = new Guard(isDeaf === true ? deaf(storage) : storage);
await guard.ready();
const server = await createServer({
  guard,
  policies: storage,
  authenticators: [apiKeys([record])],
  port,
  limits: { behindMs: 3000, waitMs: 2000 },
  shutdown: { drainMs: 300 },
});
process.on('message', (word) => {
  if (word === 'memory') tellMemory();
  else void stop();
});
// Whoever started it is gone.
process.once('disconnect', () => void stop());
process.send?.(server.url);

/** What is in use: how much garbage there may be beside it, is the business of V8. */
function tellMemory(): void {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.(heapUsed + external);
}

async function stop(): Promise<void> {
  await server.close();
  await guard.close();
  await close();
  process.exit();
}
