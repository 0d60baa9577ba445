import { isContainerUp, killContainer, restartContainer, stopContainer } from './container-engine.ts';
import { isProgramUp, killProgram, restartProgram, stopProgram } from './program-engine.ts';
import type { ServerRecord } from './records.ts';

/** Whether a server is still there. */
export async function isUp(record: ServerRecord): Promise<boolean> {
  return record.engine === 'program' ? isProgramUp(record) : isContainerUp(record);
}

/** Ends a server and throws its data away. */
export async function stop(record: ServerRecord): Promise<void> {
  return record.engine === 'program' ? stopProgram(record) : stopContainer(record);
}

/** Ends a server in order and starts it again with its data, on its port. */
export async function restart(record: ServerRecord): Promise<ServerRecord> {
  return record.engine === 'program' ? restartProgram(record) : restartContainer(record);
}

/** Kills a server (SIGKILL) and starts it again with what it had written, on its port. */
export async function kill(record: ServerRecord): Promise<ServerRecord> {
  return record.engine === 'program' ? killProgram(record) : killContainer(record);
}
