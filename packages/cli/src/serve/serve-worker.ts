// A worker of `cardea serve --workers`: the same server, over the policies of the main thread.
import { systemClock } from 'cardea';
import { loadDocumentReading, loadReading } from '../store/store-options.ts';
import { withTables } from './entity-tables.ts';
import { loadServer, loadWorkers } from './load-server.ts';
import { runServer } from './run-server.ts';
import type { ServingPlace, WorkerTask } from './serving-place.ts';

const { joinWorkers } = await loadWorkers();
const worker = await joinWorkers();
const { config } = worker.data as WorkerTask;
const { stdin, stdout, stderr, env } = process;
const controller = new AbortController();
void worker.stopped.then(() => controller.abort());

const place: ServingPlace = {
  // The main thread has read the policies; what they call is known here too.
  withPolicies: async (terminal, given, _, work) => {
    const { store, decide } = given;
    const reading = await (store === undefined ? loadDocumentReading : loadReading)(terminal, decide);
    const source = { storage: worker.storage, reading, description: '' };
    return withTables(terminal, given, undefined, (tables) => work({ ...source, tables }));
  },
  guard: { engine: worker.engine },
  start: (options) => worker.createServer(options),
};
await runServer(
  {
    stdin,
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    clock: systemClock,
    signal: controller.signal,
    reveal: (word) => word,
  },
  // Policies are administered in the main thread alone.
  { ...config, administration: { ...config.administration, enabled: false } },
  await loadServer(),
  async () => undefined,
  place,
);
