import { describe, expect, it } from 'vitest';
import { areGreen, backendTallies, formatBackends, type ReportedTest } from './backend-tallies.ts';

const CONTRACT = ': the contract of a storage';
const passed = (place: string): ReportedTest => ({ place, status: 'passed' });
const SUITES = ['node:sqlite', 'better-sqlite3', 'postgres', 'mariadb', 'MongoDB', 'redisStorage', 'memory.test.ts']
  .map((name) => `${name}${CONTRACT}`)
  .map(passed);

describe('backendTallies', () => {
  it.each([
    ['storage/sql/sql-storage.test.ts > sqlStorage over node:sqlite', 'SQLite, node:sqlite'],
    ['storage/sql/sql-version-store.test.ts > sqlVersionStore on SQLite', 'SQLite, better-sqlite3'],
    ['storage/sql/sql-faults.test.ts > a writer of mariadb that is killed', 'MariaDB'],
    ['guard/databases-agree.test.ts > over postgres', 'PostgreSQL'],
    ['storage/mongo/replica-set.test.ts > mongoStorage on a model of a replica set', 'MongoDB, a model'],
    ['storage/mongo/killed.test.ts > mongoStorage of a process that is killed', 'MongoDB wire'],
    ['storage/redis/key-names.test.ts > keyNames', 'Redis'],
    ['storage/migration/migrator.test.ts > Migrator', 'what all share'],
  ])('counts %s for %s', (place, backend) => {
    const counted = backendTallies([passed(place)]).filter((tally) => tally.passed === 1);
    expect(counted.map((tally) => tally.backend)).toEqual([backend]);
  });

  it('is green where each real backend keeps the contract and nothing failed', () => {
    expect(areGreen(backendTallies(SUITES))).toBe(true);
    for (const left of SUITES) expect(areGreen(backendTallies(SUITES.filter((suite) => suite !== left)))).toBe(false);
    expect(areGreen(backendTallies([...SUITES, { place: 'stored.test.ts', status: 'failed' }]))).toBe(false);
  });

  it('says of each backend what passed and failed', () => {
    const text = formatBackends(backendTallies([...SUITES, { place: 'postgres', status: 'failed' }]));
    expect(text).toContain('FAIL PostgreSQL              1 passed, 1 failed, 0 skipped, 1 of them the contract');
    expect(text).toContain('ok   Redis                   1 passed, 0 failed, 0 skipped, 1 of them the contract');
  });
});
