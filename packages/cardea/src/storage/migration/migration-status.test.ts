import { describe, expect, it } from 'vitest';
import type { VersionRecord } from '../../ports/migration.ts';
import { MigrationSet } from './migration-set.ts';
import { migrationStatus } from './migration-status.ts';

const migrations = new MigrationSet(
  [1, 2, 3].map((order) => ({ order, description: `d${order}`, resumable: order === 2, up: async () => undefined })),
);
const claim = { owner: 'a', leaseMs: 1000, renewedAt: '1970-01-01T00:00:10.000Z' };
const running = { order: 2, direction: 'up' } as const;

function statusOf(record: Omit<VersionRecord, 'stamp'>, now = 0) {
  const status = migrationStatus(migrations, { stamp: 1, ...record }, now);
  return [status.state, ...status.steps.map(({ order, description, state }) => `${order} ${description} ${state}`)];
}

describe('migrationStatus', () => {
  it.each<[string, Omit<VersionRecord, 'stamp'>, number, readonly string[]]>([
    ['nothing applied', { version: 0 }, 0, ['outdated', '1 d1 pending', '2 d2 pending', '3 d3 pending']],
    ['some', { version: 1 }, 0, ['outdated', '1 d1 applied', '2 d2 pending', '3 d3 pending']],
    ['all', { version: 3 }, 0, ['current', '1 d1 applied', '2 d2 applied', '3 d3 applied']],
    [
      'one that another process is at',
      { version: 1, running, claim },
      10_999,
      ['migrating', '1 d1 applied', '2 d2 migrating', '3 d3 pending'],
    ],
    [
      'one of a process that was not heard of for its lease',
      { version: 1, running, claim },
      11_000,
      ['interrupted', '1 d1 applied', '2 d2 interrupted', '3 d3 pending'],
    ],
    [
      'one that failed',
      { version: 1, running },
      0,
      ['interrupted', '1 d1 applied', '2 d2 interrupted', '3 d3 pending'],
    ],
    [
      'a later version',
      { version: 5 },
      0,
      ['newer', '1 d1 applied', '2 d2 applied', '3 d3 applied', '5 of a later version of the program unknown'],
    ],
    [
      'half of a later version',
      { version: 3, running: { order: 4, direction: 'up' } },
      0,
      ['newer', '1 d1 applied', '2 d2 applied', '3 d3 applied', '4 of a later version of the program unknown'],
    ],
  ])('tells of %s', (_, record, now, expected) => {
    expect(statusOf(record, now)).toEqual(expected);
  });

  it('is plain data with the process and whether migrating again helps', () => {
    const status = migrationStatus(migrations, { stamp: 1, version: 1, running, claim }, 0);
    expect(JSON.parse(JSON.stringify(status))).toMatchObject({
      version: 1,
      latest: 3,
      unfinished: { order: 2, direction: 'up', resumable: true },
      claim,
    });
  });
});
