import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { untilAnswers } from './answers.ts';
import { run } from './processes.ts';
import type { ContainerRecord } from './records.ts';
import type { ServerName } from './server.ts';
import { urlOf } from './server-url.ts';

const COMPOSE_FILE = join(import.meta.dirname, 'compose.yaml');
/** The first start brings the image. */
const LONGEST_START_MS = 5 * 60_000;

/** Whether a container engine with compose answers. */
export async function canContain(): Promise<boolean> {
  try {
    await docker(['info'], 10_000);
    await docker(['compose', 'version'], 10_000);
    return true;
  } catch {
    return false; // there is none, it is not running, or it is not for us
  }
}

/** Starts a server in a compose project of its own. Throws where it does not answer. */
export async function startContainer(
  name: ServerName,
  { port, password }: { readonly port: number; readonly password: string },
): Promise<ContainerRecord> {
  const project = `cardea-${name}-${randomBytes(4).toString('hex')}`;
  const url = urlOf(name, { port, password, ...(name === 'mongodb' ? { replicaSet: 'rs0' } : {}) });
  const record: ContainerRecord = { engine: 'container', name, url, project };
  try {
    const env = { [`CARDEA_${name.toUpperCase()}_PORT`]: String(port), CARDEA_PASSWORD: password };
    await compose(record, ['up', '--detach', name], env);
    return await answering(record);
  } catch (error) {
    await stopContainer(record);
    throw error;
  }
}

/** Whether its container runs. */
export async function isContainerUp(record: ContainerRecord): Promise<boolean> {
  return (await compose(record, ['ps', '--quiet', '--status', 'running', record.name])).trim() !== '';
}

/** Removes a server and its data. */
export async function stopContainer(record: ContainerRecord): Promise<void> {
  await compose(record, ['down', '--volumes']);
}

/** Ends a server in order and starts it again with its data, on its port. */
export async function restartContainer(record: ContainerRecord): Promise<ContainerRecord> {
  await compose(record, ['restart', record.name]);
  return answering(record);
}

/** Kills a server and starts it again with what it had written, on its port. */
export async function killContainer(record: ContainerRecord): Promise<ContainerRecord> {
  await compose(record, ['kill', '--signal', 'SIGKILL', record.name]);
  await compose(record, ['start', record.name]);
  return answering(record);
}

async function answering(record: ContainerRecord): Promise<ContainerRecord> {
  await untilAnswers(record.name, record.url, { timeoutMs: 120_000, isHopeless: () => undefined });
  return record;
}

function compose(
  { project }: ContainerRecord,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return docker(['compose', '--project-name', project, '--file', COMPOSE_FILE, ...args], LONGEST_START_MS, env);
}

function docker(
  args: readonly string[],
  timeoutMs: number,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return run(['docker', ...args], { cwd: import.meta.dirname, timeoutMs, env });
}
