import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findOnPath } from './find-program.ts';
import { run } from './processes.ts';

const POLICY = '/usr/sbin/policy-rc.d';
const LONGEST_INSTALLATION_MS = 10 * 60_000;

/** What decides whether this script may install something. */
export interface Host {
  readonly root: boolean;
  /** Its path. */
  readonly aptGet: string | undefined;
  /** A system that runs services of its own belongs to somebody; a container does not. */
  readonly systemd: boolean;
}

/** Installs packages without starting what they bring. Throws, and says what somebody else may do, where it must not. */
export async function installPackages(packages: readonly string[]): Promise<void> {
  const host: Host = {
    root: process.getuid?.() === 0,
    aptGet: findOnPath(['apt-get'])?.[0],
    systemd: existsSync('/run/systemd/system'),
  };
  const refusal = whyNotInstall(packages, host);
  if (refusal !== undefined) throw new Error(refusal);
  const apt = host.aptGet ?? '';
  const install = [apt, 'install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages];
  const options = { cwd: '/', timeoutMs: LONGEST_INSTALLATION_MS, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  await withoutServices(async () => {
    try {
      await run(install, options);
    } catch {
      // the lists are not there, or older than the packages
      await run([apt, 'update'], options);
      await run(install, options);
    }
  });
}

/** The reason why packages are not installed on a host; undefined where they are. */
export function whyNotInstall(packages: readonly string[], { root, aptGet, systemd }: Host): string | undefined {
  const wanted = `\`${packages.join(' ')}\``;
  if (aptGet === undefined) return `not installed: no container engine answers, and there is no apt-get for ${wanted}`;
  if (!root) return `not installed: no container engine answers, and only root may apt-get install ${wanted}`;
  if (systemd)
    return `not installed: no container engine answers; apt-get install ${wanted} is left to the owner of this system`;
  return undefined;
}

/** Packages ask this file whether they may start their services. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  if (existsSync(POLICY)) return work();
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    rmSync(POLICY);
  }
}
