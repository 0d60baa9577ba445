import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildReport, ChildTask } from './child.ts';

/** A server in a process of its own. */
export interface Contender {
  readonly name: string;
  readonly url: string;
  /** What its process has taken since this was called last, in microseconds of all its threads. */
  cpuUs(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts one of our processes.
 *
 * @param profile a folder for its profile of the processor; none when absent
 */
export async function startContender(name: string, task: ChildTask, profile?: string): Promise<Contender> {
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = fork(join(import.meta.dirname, 'child.ts'), [JSON.stringify(task)], {
    execArgv: ['--conditions=cardea-source', '--no-warnings', ...profiling],
  });
  const started = await reportOf(child);
  if (!('url' in started)) throw new Error(`${name} does not say where it is`);
  return {
    name,
    url: started.url,
    cpuUs: async () => {
      child.send('usage');
      const report = await reportOf(child);
      return 'cpuUs' in report ? report.cpuUs : Number.NaN;
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function reportOf(child: ChildProcess): Promise<ChildReport> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`the server ended with ${String(code)}`);
  });
  ended.catch(() => undefined); // of nobody's interest once it has answered
  try {
    const [report] = (await Promise.race([once(child, 'message', { signal }), ended])) as [ChildReport];
    return report;
  } finally {
    waiting.abort();
  }
}
