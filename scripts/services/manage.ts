import { randomBytes } from 'node:crypto';
import { versionOf } from './answers.ts';
import { canContain, startContainer } from './container-engine.ts';
import { installPackages } from './debian.ts';
import { isUp, stop } from './engines.ts';
import { portFor } from './ports.ts';
import { PROGRAMS, startProgram } from './program-engine.ts';
import {
  readAddresses,
  readRecords,
  removeRecord,
  type ServerRecord,
  type ServiceAddress,
  writeAddresses,
  writeRecord,
} from './records.ts';
import type { ServerName } from './server.ts';
import { givenUrl, withoutSecrets } from './server-url.ts';

/** How it stands with one server. */
export interface ServiceReport {
  readonly name: ServerName;
  /** `given`: the environment names it; `running`: it was there before. */
  readonly state: 'started' | 'running' | 'given' | 'stopped' | 'skipped';
  readonly address: ServiceAddress;
  /** What it says that it is. */
  readonly version?: string;
  readonly seconds: number;
}

/**
 * Starts servers, all at once, and waits until each answers. What runs is left as it is; what cannot be started is
 * reported with the reason. Tests learn of the outcome.
 */
export async function startServices(names: readonly ServerName[]): Promise<readonly ServiceReport[]> {
  const starter = createStarter(names);
  const reports = await Promise.all(names.map((name) => reportOn(name, () => startService(name, starter))));
  const addresses = Object.fromEntries(reports.map(({ name, address }) => [name, address]));
  writeAddresses({ ...readAddresses(), ...addresses });
  return reports;
}

/** How it stands with servers now, without changing anything. */
export async function statusOfServices(names: readonly ServerName[]): Promise<readonly ServiceReport[]> {
  return Promise.all(names.map((name) => reportOn(name, () => statusOfService(name))));
}

/** Stops servers and throws their data away; without names everything that this checkout started. */
export async function stopServices(names: readonly ServerName[]): Promise<void> {
  const chosen = [...readRecords()].filter(([, { name }]) => names.includes(name));
  await Promise.all(
    chosen.map(async ([identity, record]) => {
      await stop(record);
      removeRecord(identity);
    }),
  );
  const left = Object.entries(readAddresses() ?? {}).filter(([name]) => !names.includes(name as ServerName));
  writeAddresses(Object.fromEntries(left));
}

type Outcome = Pick<ServiceReport, 'state' | 'address'>;

async function reportOn(name: ServerName, work: () => Promise<Outcome>): Promise<ServiceReport> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const { state, address } = await work();
    if (!('url' in address)) return { name, state, address, seconds: seconds() };
    const version = await versionOf(name, address.url).catch((error: unknown) => {
      throw new Error(`${withoutSecrets(address.url)} does not answer`, { cause: error });
    });
    return { name, state, address, version, seconds: seconds() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, state: 'skipped', address: { skipped: reason }, seconds: seconds() };
  }
}

async function statusOfService(name: ServerName): Promise<Outcome> {
  const given = givenUrl(name);
  if (given !== undefined) return { state: 'given', address: { url: given } };
  const record = readRecords().get(name);
  if (record === undefined) return { state: 'stopped', address: readAddresses()?.[name] ?? { skipped: 'not started' } };
  if (await isUp(record)) return { state: 'running', address: { url: record.url } };
  return { state: 'stopped', address: { skipped: 'it ended by itself' } };
}

async function startService(name: ServerName, starter: Starter): Promise<Outcome> {
  const now = await statusOfService(name);
  if (now.state !== 'stopped') return now;
  const dead = readRecords().get(name);
  if (dead !== undefined) await stop(dead);
  removeRecord(name);
  const record = await starter(name);
  writeRecord(name, record);
  return { state: 'started', address: { url: record.url } };
}

type Starter = (name: ServerName) => Promise<ServerRecord>;

/** Starts servers in containers where it can, else as programs; what is missing for any is installed in one go. */
function createStarter(names: readonly ServerName[]): Starter {
  const contained = canContain();
  let installed: Promise<void> | undefined;
  const programsOf = async (name: ServerName): Promise<readonly string[]> => {
    const program = PROGRAMS[name];
    const found = await program.find();
    if (found !== undefined) return found;
    installed ??= installMissing(names);
    await installed;
    const paths = await program.find();
    if (paths === undefined) throw new Error(`\`${program.packages.join(' ')}\` does not bring its programs`);
    return paths;
  };
  return async (name) => {
    const place = { port: await portFor(name), password: randomBytes(12).toString('hex') };
    const asProgram = async (): Promise<ServerRecord> => startProgram(name, await programsOf(name), place);
    if (!(await contained)) return asProgram();
    try {
      return await startContainer(name, place);
    } catch (error) {
      return asProgram().catch((second: unknown) => {
        throw new Error(`in a container: ${String(error)}; as a program: ${String(second)}`, { cause: error });
      });
    }
  };
}

async function installMissing(names: readonly ServerName[]): Promise<void> {
  const missing: string[] = [];
  for (const name of names) {
    const { packages, find } = PROGRAMS[name];
    if (packages.length > 0 && (await find()) === undefined) missing.push(...packages);
  }
  await installPackages(missing);
}
