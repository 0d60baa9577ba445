import type * as Server from '@cardea/server';
import type * as Config from '@cardea/server/config';
import type * as Tokens from '@cardea/server/jwt';
import type * as Node from '@cardea/server/node';
import type * as Observe from '@cardea/server/observe';
import type * as Workers from '@cardea/server/workers';
import { loadDriver } from '../store/load-driver.ts';

/** The package that commands of a decision server need. */
export type ServerPackage = typeof Server & typeof Config & typeof Node & typeof Observe;

/**
 * Loads the package `@cardea/server`, which only those install who serve.
 *
 * @throws CARDEA_IO when it is not there, with what to do
 */
export function loadServer(): Promise<ServerPackage> {
  const load = async (): Promise<ServerPackage> => ({
    ...(await import('@cardea/server')),
    ...(await import('@cardea/server/config')),
    ...(await import('@cardea/server/node')),
    ...(await import('@cardea/server/observe')),
  });
  return loadDriver('@cardea/server', load, 'this command');
}

/** Loads what a server of several threads needs besides. */
export function loadWorkers(): Promise<typeof Workers> {
  return loadDriver('@cardea/server', () => import('@cardea/server/workers'), '`--workers`');
}

/**
 * Loads what needs the package `jose`, which only those install who want it.
 *
 * @param who needs it
 * @throws CARDEA_IO when it is not there, with what to do
 */
export function loadTokens(who: string): Promise<typeof Tokens> {
  return loadDriver('jose', () => import('@cardea/server/jwt'), who);
}
