import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { peerVersions } from '../peers/install.ts';

const fastify = createRequire(import.meta.url)('fastify/package.json') as { readonly version: string };

/** Of what a run of servers is made of. */
export function serverVersions(): Readonly<Record<string, string>> {
  // It tells its version, and that it was asked wrongly.
  const { stdout } = spawnSync('wrk', ['-v'], { encoding: 'utf8' });
  const wrk = /wrk (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  return { fastify: fastify.version, cerbos: peerVersions()['cerbos'] ?? 'unknown', wrk };
}
