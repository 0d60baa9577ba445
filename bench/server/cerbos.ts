import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import { freePort } from '../../scripts/services/ports.ts';
import { packagesOfPeers } from '../peers/install.ts';
import { Unavailable } from '../peers/peer.ts';
import type { Contender } from './contender.ts';
import { NAMES } from './names.ts';
import { departmentOf, typeOf } from './questions.ts';

export const CERBOS_PATH = '/api/check/resources';

/** Of a server's processor time in the kernel's figures, on every Linux that Node runs on. */
const TICK_US = 10_000;
const LONGEST_START_MS = 60_000;

/**
 * Starts Cerbos' server as npm installs it, over one policy a resource, with the same conditions.
 *
 * @throws {@link Unavailable} where there is none for this machine
 */
export async function startCerbos(policies: number): Promise<Contender> {
  const program = `cerbos-${process.platform}-${process.arch}`;
  const file = join(packagesOfPeers(), '@cerbos', program, program);
  if (!existsSync(file)) throw new Unavailable(`npm gives no \`${program}\``);
  const folder = mkdtempSync(join(tmpdir(), 'cardea-cerbos-'));
  writePolicies(join(folder, 'policies'), policies);
  const [port, inner] = [await freePort(), await freePort()];
  const server = spawn(file, ['server', ...settings(join(folder, 'policies'), port, inner)], {
    stdio: 'ignore',
    env: { ...process.env, CERBOS_NO_TELEMETRY: '1' },
  });
  const stop = async (): Promise<void> => {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await healthy(`${url}/_cerbos/health`);
  } catch (error) {
    await stop();
    throw error;
  }
  let taken = 0;
  const cpuUs = async (): Promise<number> => {
    const before = taken;
    taken = cpuUsOf(server.pid ?? 0);
    return taken - before;
  };
  return { name: NAMES.cerbos, url, cpuUs, stop };
}

/** The question in Cerbos' words. */
export function cerbosBody({ subject, action, resource }: Inquiry): string {
  const { id, properties } = subject as { readonly id: string; readonly properties: object };
  const { type: kind, id: resourceId } = resource as { readonly type: string; readonly id: string };
  return JSON.stringify({
    principal: { id, roles: ['user'], attr: properties },
    resources: [{ actions: [(action as { readonly name: string }).name], resource: { kind, id: resourceId } }],
  });
}

/** Whether the answer to {@link cerbosBody} is yes. */
export function cerbosAllows(body: unknown): boolean {
  const { results } = body as { readonly results: readonly { readonly actions: Readonly<Record<string, string>> }[] };
  return Object.values(results[0]?.actions ?? {}).every((effect) => effect === 'EFFECT_ALLOW');
}

/** @param inner where what speaks HTTP asks what decides */
function settings(folder: string, port: number, inner: number): readonly string[] {
  const all = {
    'server.httpListenAddr': `127.0.0.1:${port}`,
    'server.grpcListenAddr': `127.0.0.1:${inner}`,
    'server.logRequestPayloads': false,
    'storage.driver': 'disk',
    'storage.disk.directory': folder,
    'storage.disk.watchForChanges': false,
    'telemetry.disabled': true,
  };
  return ['--log-level=error', ...Object.entries(all).map(([name, value]) => `--set=${name}=${value}`)];
}

function writePolicies(folder: string, count: number): void {
  mkdirSync(folder);
  for (let number = 0; number < count; number++) {
    const condition = { match: { expr: `request.principal.attr.department == "${departmentOf(number)}"` } };
    const rules = [{ actions: ['read'], effect: 'EFFECT_ALLOW', roles: ['user'], condition }];
    const policy = {
      apiVersion: 'api.cerbos.dev/v1',
      resourcePolicy: { version: 'default', resource: typeOf(number), rules },
    };
    writeFileSync(join(folder, `p${number}.json`), JSON.stringify(policy));
  }
}

async function healthy(url: string): Promise<void> {
  for (const until = performance.now() + LONGEST_START_MS; performance.now() < until; ) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await setTimeout(100);
  }
  throw new Unavailable('the server of cerbos does not start');
}

function cpuUsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // After the name of the program, which may hold anything: fields 14 and 15 of proc_pid_stat(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}
