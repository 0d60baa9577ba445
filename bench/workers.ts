// What further threads over one index cost: memory beside that of one thread alone, and processor time a request, without
// and with policies that change.
//   npm run bench:workers [-- --policies 1000000] [--workers 0,1,2] [--seconds 5] [--changes 20]
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { departments } from './server/questions.ts';
import type { ThreadsOrder, ThreadsReport, ThreadsTask } from './server/threads-child.ts';
import { load } from './server/wrk.ts';
import { inquiriesOf } from './workload.ts';

const CONNECTIONS = 32;
const QUESTIONS = 1_000;
const MEGABYTE = 2 ** 20;

const { values } = parseArgs({
  options: {
    policies: { type: 'string' },
    workers: { type: 'string' },
    seconds: { type: 'string' },
    changes: { type: 'string' },
  },
});
const policies = Number(values.policies ?? 1_000_000);
const seconds = Number(values.seconds ?? 5);
const changesPerSecond = Number(values.changes ?? 20);
const path = '/access/v1/evaluation';
const bodies = inquiriesOf(departments, policies, 0, QUESTIONS).map((inquiry) => JSON.stringify(inquiry));

console.log(`${policies} policies, ${CONNECTIONS} connections; resident memory in MiB, processor time in µs a request`);
console.log('workers  index  started  after asking  while changing  requests/s  µs  requests/s while changing  µs');
for (const workers of (values.workers ?? '0,1,2').split(',').map(Number)) {
  const child = fork(
    join(import.meta.dirname, 'server/threads-child.ts'),
    [JSON.stringify({ policies, workers } satisfies ThreadsTask)],
    {
      execArgv: ['--conditions=cardea-source', '--no-warnings', '--expose-gc'],
    },
  );
  const started = await reportOf(child);
  const still = await asked(child, started, 0);
  const changing = await asked(child, started, changesPerSecond);
  const memory = [started.indexBytes, started.residentBytes, still.residentBytes, changing.residentBytes].map((bytes) =>
    (bytes / MEGABYTE).toFixed(0),
  );
  const speeds = [still, changing].flatMap(({ perSecond, us }) => [perSecond.toFixed(0), us.toFixed(1)]);
  console.log([workers, ...memory, ...speeds].join('  '));
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}

interface Figures {
  readonly residentBytes: number;
  readonly perSecond: number;
  readonly us: number;
}

/** Asks for some seconds, while so many policies change a second. */
async function asked(child: ChildProcess, { url }: ThreadsReport, changes: number): Promise<Figures> {
  await load({ url, path, bodies, connections: CONNECTIONS, seconds: 2 });
  await order(child, changes);
  const { requests, requestsPerSecond, failed } = await load({ url, path, bodies, connections: CONNECTIONS, seconds });
  if (failed > 0) throw new Error(`${failed} requests were not answered`);
  const { cpuUs, residentBytes, changes: made } = await order(child, 0);
  if (changes > 0 && made < (changes * seconds) / 2) throw new Error(`only ${made} policies were changed`);
  return { residentBytes, perSecond: requestsPerSecond, us: cpuUs / requests };
}

async function order(child: ChildProcess, changes: number): Promise<ThreadsReport> {
  child.send({ changesPerSecond: changes } satisfies ThreadsOrder);
  return reportOf(child);
}

async function reportOf(child: ChildProcess): Promise<ThreadsReport> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const died = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`the server ended with ${String(code)}`);
  });
  died.catch(() => undefined); // of nobody's interest once it has answered
  try {
    const [report] = (await Promise.race([once(child, 'message', { signal }), died])) as [ThreadsReport];
    return report;
  } finally {
    waiting.abort();
  }
}
