// A worker of a server of several threads. Who sends `x-end-thread` ends it in the middle of its work.
import { threadId } from 'node:worker_threads';
import { Guard } from 'cardea';
import * as client from 'prom-client';
import { apiKeys, type ApiKeyRecord, type Observer } from '../../src/index.ts';
import { prometheusMetrics } from '../../src/observe/index.ts';
import { joinWorkers } from '../../src/workers/index.ts';

const worker = await joinWorkers();
const { record } = worker.data as { readonly record: ApiKeyRecord };
const guard = new Guard(worker.storage, { engine: worker.engine });
await guard.ready();
const told: Observer = {
  observe: async ({ request, answer }) => {
    if (request.header('x-end-thread') !== undefined) process.exit(1);
    const response = await answer();
    return { ...response, headers: { ...response.headers, 'x-thread': String(threadId) } };
  },
};
await worker.createServer({
  guard,
  authenticators: [apiKeys([record])],
  observers: [told],
  metrics: prometheusMetrics(client, { guard }),
  limits: { waitMs: 2000 },
  shutdown: { drainMs: 300 },
});
await worker.stopped;
await guard.close();
