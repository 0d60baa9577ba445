import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unavailable } from './peer.ts';

const FOLDER = import.meta.dirname;
const BUILD = join(FOLDER, '../../.build/bench');
const VENV = join(BUILD, 'python');
const LONGEST_MS = 5 * 60_000;

/**
 * Loads a package of npm that is a peer.
 *
 * @throws {@link Unavailable} where it cannot be installed
 */
export async function nodePeer<T>(name: string): Promise<T> {
  const wanted = readFileSync(join(FOLDER, 'package.json'), 'utf8');
  installOnce('npm', wanted, ['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', FOLDER]);
  return (await import(name)) as T;
}

/**
 * A Python that has the peers of PyPI.
 *
 * @throws {@link Unavailable} where there is no Python, or they cannot be installed
 */
export function pythonWithPeers(): string {
  const requirements = join(FOLDER, 'python/requirements.txt');
  const python = join(VENV, 'bin/python');
  const wanted = readFileSync(requirements, 'utf8');
  installOnce(
    'pip',
    wanted,
    ['python3', '-m', 'venv', VENV],
    [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements],
  );
  return python;
}

/** What is installed: exact versions. */
export function peerVersions(): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const lines = readFileSync(join(FOLDER, 'python/requirements.txt'), 'utf8').trim().split('\n');
  const ofPython = lines.map((line) => line.split('==') as [string, string]);
  return { ...dependencies, ...Object.fromEntries(ofPython.map(([name, version]) => [`${name} (PyPI)`, version])) };
}

function installOnce(what: string, wanted: string, ...commands: readonly (readonly string[])[]): void {
  const done = join(BUILD, `${what}.installed`);
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return;
  mkdirSync(BUILD, { recursive: true });
  for (const [command = '', ...args] of commands) {
    const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: LONGEST_MS });
    if (status !== 0) throw new Unavailable(`${command} failed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
  }
  writeFileSync(done, wanted);
}
