import { describe, it } from 'vitest';
import { readAddresses, type ServiceAddress } from '../scripts/services/records.ts';
import type { ServerName } from '../scripts/services/server.ts';
import { givenUrl } from '../scripts/services/server-url.ts';

/** Where a real server is that tests may use, or why there is none: what the environment names, else what was started. */
export function serviceUrl(name: ServerName): ServiceAddress {
  const given = givenUrl(name);
  if (given !== undefined) return { url: given };
  return readAddresses()?.[name] ?? { skipped: 'not started: `npm run services -- start`' };
}

/**
 * Registers tests that talk to a real server, which other test files use at the same time. Where there is none, one
 * skipped test says why; in CI it fails, as nothing may be skipped there.
 */
export function describeService(name: ServerName, title: string, tests: (url: string) => void): void {
  const address = serviceUrl(name);
  if ('url' in address) describe(title, () => tests(address.url));
  else registerSkip(title, `no ${name}: ${address.skipped}`);
}

/** Registers a test in place of those that cannot run. */
export function registerSkip(title: string, reason: string): void {
  const inCi = (process.env['CI'] ?? '') !== '';
  // Reporters tell of a skipped test only where they tell of all.
  if (!inCi) process.stdout.write(`skipped: ${title}: ${reason}\n`);
  it(title, (test) => {
    if (inCi) throw new Error(reason);
    test.skip(reason);
  });
}
