import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { type DatabaseSite, postgresSite, sqliteSite } from '../../../test/database-sites.ts';
import { LAW_COLUMNS, lawRows } from '../../../test/filter-law.ts';
import { filterEqualsDecide } from '../../../test/filter-law-cases.ts';
import { type PrismaThings, prismaThings } from '../../../test/prisma-clients.ts';
import type { SqlAddress } from '../../../test/sql-connections.ts';
import { prismaFilter, recordReader } from './prisma-filter.ts';
import type { PrismaFieldMapping, PrismaMapping } from './prisma-mapping.ts';

const ROWS = 80;
const TYPES = { text: 'String', integer: 'BigInt', number: 'Float', boolean: 'Boolean' } as const;
const FIELDS = Object.fromEntries(
  Object.entries(LAW_COLUMNS).map(([attribute, { column, type, nulls }]): [string, PrismaFieldMapping] => [
    attribute,
    { field: column, type: TYPES[type], nulls },
  ]),
);

describe('filter ≡ decide by Prisma in SQLite', () => {
  law('sqlite', async () => sqliteSite('better-sqlite3'));
});

describeService('postgres', 'filter ≡ decide by Prisma in PostgreSQL', (url) => {
  law('postgresql', () => postgresSite(url));
});

function law(provider: 'sqlite' | 'postgresql', siteOf: () => Promise<DatabaseSite<SqlAddress>>): void {
  const rows = lawRows(ROWS);
  let site: DatabaseSite<SqlAddress> | undefined;
  let prisma: PrismaThings;
  beforeAll(async () => {
    site = await siteOf();
    prisma = prismaThings(provider, adapterOf(site.address));
    await prisma.$executeRawUnsafe(
      'create table things (n integer primary key, owner text, title text, status text not null, age bigint, ' +
        'size bigint not null, price double precision, open boolean, flag boolean)',
    );
    // Prisma Client has fields for no more than these here.
    const stored = rows.map(({ n, owner, title, status, age, size, price, open, flag }) => {
      return { n, owner, title, status, age, size, price, open, flag };
    });
    await prisma.thing.createMany({ data: stored });
  }, 60_000);
  afterAll(async () => {
    await prisma.$disconnect();
    await site?.remove();
  });
  filterEqualsDecide(() => {
    const mapping: PrismaMapping = { provider, fields: FIELDS };
    const toResource = recordReader(mapping);
    return {
      rows,
      mapping,
      refusedAtMost: REFUSED[provider],
      toResource: (row) => toResource({ ...row }),
      filter: (plan, given, contract) => prismaFilter(plan, given, { contract }),
      select: async ({ where }) => (await prisma.thing.findMany({ where, select: { n: true } })).map(({ n }) => n),
    };
  });
}

/** The share of cases that may be refused: Prisma Client has less than its databases, and no lists. */
const REFUSED = { sqlite: 0.85, postgresql: 0.95 } as const;

function adapterOf({ name, url }: SqlAddress): object {
  if (name !== 'postgres') return new PrismaBetterSqlite3({ url: `file:${url}` });
  // Prisma Client writes the schema before the table.
  const schema = new URL(url).searchParams.get('options')?.replace('-c search_path=', '');
  return new PrismaPg({ connectionString: url }, { schema: schema ?? 'public' });
}
