import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type pgAdapter from 'casbin-pg-adapter';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { describeService } from '../../../../test/services.ts';
import { adapterSuite } from './adapter-suite.ts';

type PgAdapter = Awaited<ReturnType<typeof pgAdapter.default.newAdapter>>;

// `import` of its CommonJS gives one default here and another one in Node
const { default: PostgresAdapter } = createRequire(import.meta.url)('casbin-pg-adapter') as typeof pgAdapter;

describeService('postgres', 'casbin-pg-adapter on PostgreSQL', (url) => {
  // its migrations know no schema but the public one
  const database = `casbin_${randomUUID().replaceAll('-', '')}`;
  const own = new URL(url);
  own.pathname = database;
  const administer = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  const connection = { connectionString: own.href, migrate: false };
  beforeAll(async () => {
    await administer(`create database ${database}`);
    await PostgresAdapter.migrate({ connectionString: own.href });
  });
  afterAll(() => administer(`drop database ${database}`));

  adapterSuite({
    open: () => PostgresAdapter.newAdapter(connection),
    close: (adapter) => (adapter as PgAdapter).close(),
    filter: { p: ['alice'], g: [] },
    batch: false,
    update: false,
    replaces: true,
    unfilter: (adapter) => (adapter as PgAdapter).enabledFiltered(false),
  });
});
