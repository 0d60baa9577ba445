import { expect, it } from 'vitest';
import type { ServiceReport } from './manage.ts';
import { formatEnvironment, formatReports } from './report.ts';

const reports: readonly ServiceReport[] = [
  {
    name: 'redis',
    state: 'started',
    address: { url: 'redis://default:pw@127.0.0.1:1' },
    version: 'Redis 7',
    seconds: 0.44,
  },
  { name: 'mongodb', state: 'skipped', address: { skipped: 'no Go on the path' }, seconds: 0 },
];

it('the table says where a server is without its password, and why there is none', () => {
  expect(formatReports(reports).split('\n')).toEqual([
    'redis    started  0.4 s  Redis 7  redis://default:***@127.0.0.1:1',
    'mongodb  skipped  0.0 s  no Go on the path',
  ]);
});

it('the environment of a shell names the servers that there are', () => {
  expect(formatEnvironment(reports)).toBe("export CARDEA_TEST_REDIS='redis://default:pw@127.0.0.1:1'");
});
