// A worker of the server that `npm run bench:workers` asks.
import { Guard } from '../../packages/cardea/src/index.ts';
import { joinWorkers } from '../../packages/server/src/workers/index.ts';

const worker = await joinWorkers();
const guard = new Guard(worker.storage, { engine: worker.engine });
await guard.ready();
await worker.createServer({ guard });
await worker.stopped;
await guard.close();
