import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unavailable } from './peer.ts';

const FOLDER = import.meta.dirname;
const VENV = join(FOLDER, '../../.build/bench-python');
const LONGEST_MS = 5 * 60_000;

/**
 * Loads a package of npm that is a peer.
 *
 * @throws {@link Unavailable} where it cannot be installed
 */
export async function nodePeer<T>(name: string): Promise<T> {
  packagesOfPeers();
  return (await import(name)) as T;
}

/**
 * The folder of the packages that peers consist of.
 *
 * @throws {@link Unavailable} where they cannot be installed
 */
export function packagesOfPeers(): string {
  const wanted = readFileSync(join(FOLDER, 'package.json'), 'utf8');
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', '--prefix', FOLDER];
  const folder = join(FOLDER, 'node_modules');
  installOnce(folder, wanted, ['npm', 'install', ...options]);
  return folder;
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
    VENV,
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

function installOnce(folder: string, wanted: string, ...commands: readonly (readonly string[])[]): void {
  const done = join(folder, '.installed');
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return;
  for (const [command = '', ...args] of commands) {
    const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: LONGEST_MS });
    if (status !== 0) throw new Unavailable(`${command} failed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
  }
  writeFileSync(done, wanted);
}
