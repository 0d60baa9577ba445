// A worker of a server that is attacked.
import { BroadcastChannel } from 'node:worker_threads';
import { Guard } from 'cardea';
import { joinWorkers } from '../../src/workers/index.ts';
import { type KnownCallers, targetOptions } from './target-options.ts';

const worker = await joinWorkers();
const { callers, channel } = worker.data as { readonly callers: KnownCallers; readonly channel: string };
const told = new BroadcastChannel(channel);
const guard = new Guard(worker.storage, { engine: worker.engine });
await guard.ready();
const tell = (line: string): void => {
  // A channel of threads, which have no origins.
  // oxlint-disable-next-line require-post-message-target-origin
  told.postMessage(line);
};
await worker.createServer({ guard, ...targetOptions(callers, tell) });
await worker.stopped;
await guard.close();
told.close();
