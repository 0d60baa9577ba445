import { spawnSync } from 'node:child_process';

/** A processor for each side: where the system places them otherwise differs from run to run. */
const [ASKING, ASKED] = ['0', '1'] as const;

/** Where there is the program, and both processors are ours. */
const CAN_PIN = [ASKING, ASKED].every((each) => spawnSync('taskset', ['-c', each, 'true']).status === 0);

/** Runs this process, which asks, on the first processor from now on, where that can be had. */
export function pinAsker(): void {
  if (CAN_PIN) spawnSync('taskset', ['-acp', ASKING, String(process.pid)]);
}

/** How to start Node as what is asked: on the second processor. */
export function pinnedNode(args: readonly string[]): { readonly execPath: string; readonly execArgv: string[] } {
  if (!CAN_PIN) return { execPath: process.execPath, execArgv: [...args] };
  return { execPath: 'taskset', execArgv: ['-c', ASKED, process.execPath, ...args] };
}
