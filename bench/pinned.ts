import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** On Linux, with a processor for each side: where the system places them otherwise differs from run to run. */
const CAN_PIN = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** Runs this process, which asks, on the first processor, where that can be had. */
export function pinAsker(): void {
  if (CAN_PIN) spawnSync('taskset', ['-acp', '0', String(process.pid)]);
}

/** How to start Node as what is asked: on the second processor. */
export function pinnedNode(args: readonly string[]): { readonly execPath: string; readonly execArgv: string[] } {
  if (!CAN_PIN) return { execPath: process.execPath, execArgv: [...args] };
  return { execPath: 'taskset', execArgv: ['-c', '1', process.execPath, ...args] };
}
