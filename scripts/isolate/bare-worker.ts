// Runs the bundle that it is given in a bare context, in a thread of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { runInBareContext } from './bare.ts';

// oxlint-disable-next-line require-post-message-target-origin -- a thread has none
parentPort?.postMessage(await runInBareContext(workerData as string));
