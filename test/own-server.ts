import { afterAll, beforeAll, describe } from 'vitest';
import { type OwnServer, startOwnServer } from '../scripts/services/own-server.ts';
import type { ServerName } from '../scripts/services/server.ts';
import { givenUrl } from '../scripts/services/server-url.ts';
import { registerSkip, serviceUrl } from './services.ts';

const LONGEST_START_MS = 120_000;

/**
 * Registers tests of faults: they get a server of their own, which they may restart and kill while others use theirs.
 * The server is there from the first `beforeAll` of the tests on, and gone after them. Skips as `describeService` does.
 */
export function describeOwnServer(name: ServerName, title: string, tests: (server: () => OwnServer) => void): void {
  const address = serviceUrl(name);
  if (!('url' in address)) return registerSkip(title, `no ${name}: ${address.skipped}`);
  if (givenUrl(name) !== undefined)
    return registerSkip(title, `the ${name} that the environment names is not ours to kill`);
  describe(title, () => {
    let server: OwnServer | undefined;
    beforeAll(async () => {
      server = await startOwnServer(name);
    }, LONGEST_START_MS);
    afterAll(() => server?.stop(), LONGEST_START_MS);
    tests(() => {
      if (server === undefined) throw new Error('the server is there in hooks and tests only');
      return server;
    });
  });
}
