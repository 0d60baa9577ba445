import { existsSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { MemoryStorage } from 'cardea';
import { StatementGuard } from 'cardea/statements';
import { Kysely, SqliteDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresSite } from '../../packages/cardea/test/database-sites.ts';
import { connectTo } from '../../packages/cardea/test/sql-connections.ts';
import { describeService } from '../../test/services.ts';
import { type EnergyValue, namedValues, readDataset, valuesOf } from './dataset.ts';
import { COUNTRIES, makeDirectory } from './directory.ts';
import { inDatabase, inMemory, inPolars, type Place } from './places.ts';

const SAMPLE = join(import.meta.dirname, 'sample');
/** The whole dataset, where somebody has it. */
const WHOLE = join(import.meta.dirname, '../../../shared/data/eurostat');
const isWhole = existsSync(WHOLE);

const files = readDataset(isWhole ? WHOLE : SAMPLE);
const values = namedValues(files);
/** How many of them are also asked about one by one. */
const ASKED = 2_000;

type Action = 'values:read' | 'values:export';
type User = keyof typeof COUNTRIES;

const CASES = (Object.keys(COUNTRIES) as User[]).flatMap((user) =>
  (['values:read', 'values:export'] as const).map((action): [User, Action] => [user, action]),
);

/** What the statements say, in plain code. */
function isTheirs(user: User, action: Action, { geo, flag }: EnergyValue): boolean {
  if (user === 'kim' && action === 'values:read') return true;
  const own = (COUNTRIES[user] as readonly string[]).includes(geo);
  return own && user !== 'guest' && (action === 'values:read' || flag !== 'e');
}

const { policies, users } = makeDirectory();
const guard = new StatementGuard(new MemoryStorage(policies), { principals: (user) => users.get(user) });
beforeAll(async () => guard.ready());
afterAll(async () => guard.close());

function selectsTheirs(make: () => Promise<Place> | Place): void {
  let place: Place;
  beforeAll(async () => {
    place = await make();
  });
  it.each(CASES)('selects for %s, %s, what the statements say', async (user, action) => {
    const theirs = values.filter((value) => isTheirs(user, action, value)).map(({ id }) => id);
    expect(await place.select(await guard.plan(user, action))).toEqual(theirs);
  });
}

describe('values of Eurostat', () => {
  it.each(CASES)('are for %s, %s, one by one what the statements say', (user, action) => {
    const asked = values.slice(0, ASKED);
    expect(guard.filter(user, action, asked)).toEqual(asked.filter((value) => isTheirs(user, action, value)));
  });

  it('are those of the files', () => {
    const all = valuesOf(files);
    const distinct = (of: (value: EnergyValue) => string): number => new Set(all.map(of)).size;
    const found = {
      values: all.length,
      missing: all.filter(({ gwh }) => gwh === null).length,
      indicators: distinct(({ indicator }) => indicator),
      geos: distinct(({ geo }) => geo),
      months: distinct(({ month }) => month),
      named: values.length,
    };
    // Of the whole from an analysis that somebody else has published.
    expect(found).toEqual(
      isWhole
        ? { values: 211_824, missing: 108_232, indicators: 36, geos: 43, months: 144, named: 62_064 }
        : { values: 576, missing: 324, indicators: 6, geos: 8, months: 12, named: 480 },
    );
  });
});

describe('values of Eurostat in memory', () => selectsTheirs(() => inMemory(values)));

describe('values of Eurostat in Polars', () => selectsTheirs(() => inPolars(values)));

describe('values of Eurostat in SQLite', () => {
  const database = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new BetterSqlite(':memory:') }) });
  afterAll(async () => database.destroy());
  selectsTheirs(async () => inDatabase(database, { dialect: 'sqlite', values }));
});

describeService('postgres', 'values of Eurostat in PostgreSQL', (url) => {
  let close: (() => Promise<void>) | undefined;
  afterAll(async () => close?.());
  selectsTheirs(async () => {
    const { address, remove } = await postgresSite(url);
    const database = connectTo(address);
    close = async () => {
      await database.destroy();
      await remove();
    };
    return inDatabase(database, { dialect: 'postgres', values });
  });
});
