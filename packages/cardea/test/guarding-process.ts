import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { DatabaseAddress } from './open-database.ts';

/** What a process with a guard is told when it starts. */
export interface GuardingTask {
  readonly address: DatabaseAddress;
  readonly pollMs?: number;
}

/** What it tells. */
export type GuardingReport = { readonly ready: true } | { readonly seen: number; readonly atNs: string };

const CHILD = join(import.meta.dirname, 'guarding-child.ts');

/** Another process with a resident guard, which looks for the policies that let the subjects `0`, `1`, … in. */
export class GuardingProcess {
  /** When the guard began to allow each subject, by the clock of `process.hrtime`, which all processes share. */
  readonly seenNs: bigint[] = [];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (report: GuardingReport) => {
      if ('seen' in report) this.seenNs[report.seen] = BigInt(report.atNs);
    });
  }

  /** Resolves when its guard is ready. */
  static async start(task: GuardingTask): Promise<GuardingProcess> {
    const execArgv = ['--conditions=cardea-source', '--no-warnings'];
    const started = new GuardingProcess(fork(CHILD, [JSON.stringify(task)], { execArgv, stdio: 'inherit' }));
    const ended = once(started.#child, 'exit').then(([code]) => {
      throw new Error(`the process with the guard ended with ${String(code)}`);
    });
    await Promise.race([once(started.#child, 'message'), ended]);
    ended.catch(() => undefined); // from now on it may end when it is told to
    return started;
  }

  /** Has it add a policy for a subject. */
  add(uid: string): void {
    this.#child.send(uid);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
