import type { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeService } from '../../../../../test/services.ts';
import { LAW_COLUMNS, LAW_JSON, LAW_LISTS, LAW_MOMENTS, type LawRow, lawRows } from '../../../test/filter-law.ts';
import { filterEqualsDecide } from '../../../test/filter-law-cases.ts';
import { MongoTestDatabase } from '../../../test/mongo-servers.ts';
import type { ColumnMapping } from '../columns/column-mapping.ts';
import { documentReader, mongoFilter } from './mongo-filter.ts';
import type { FieldMapping, MongoMapping } from './mongo-mapping.ts';

const ROWS = 80;
const MAPPING: MongoMapping = {
  fieldComparisons: 'refuse',
  otherItems: 'named',
  fields: Object.fromEntries(
    Object.entries<ColumnMapping>({ ...LAW_COLUMNS, seen: LAW_MOMENTS.seen, ...LAW_LISTS, ...LAW_JSON }).map(
      ([attribute, { column, type, nulls, list, json = [] }]): [string, FieldMapping] => [
        attribute,
        {
          // Inside a document, as the attribute is; the others in fields of their own.
          field: column === 'title' ? 'about.title' : [column, ...json].join('.'),
          type: type === 'integer' ? 'number' : (type as FieldMapping['type']),
          nulls,
          ...(list && { list }),
        },
      ],
    ),
  ),
};

// What is missing is left out of every second document, and null in the others.
function documentOf({ title, seen, ...row }: LawRow): Record<string, unknown> {
  const stored = Object.entries({ ...row, about: { title }, seen: seen === null ? null : new Date(seen) }).filter(
    ([, value]) => value !== null || row.n % 2 === 0,
  );
  return Object.fromEntries(stored);
}

describeService('mongodb', 'filter ≡ decide in MongoDB', (url) => {
  const rows = lawRows(ROWS);
  const database = new MongoTestDatabase(url, 'filters');
  let collection: ReturnType<ReturnType<MongoClient['db']>['collection']>;
  beforeAll(async () => {
    collection = database.connect().collection('things');
    await collection.insertMany(rows.map(documentOf));
  }, 60_000);
  afterAll(() => database.drop());

  describe('FerretDB', () => {
    filterEqualsDecide(() => {
      const toResource = documentReader(MAPPING);
      return {
        rows,
        mapping: MAPPING,
        // Two fields are not compared here, nor is case ignored.
        refusedAtMost: 0.65,
        documentOf,
        toResource: (row) => toResource(documentOf(row)),
        filter: (plan, given, contract) => mongoFilter(plan, given, { contract }),
        select: async ({ query }) => {
          const found = await collection.find(query, { projection: { n: 1 } }).toArray();
          return found.map(({ n }) => n as number);
        },
      };
    });
  });
});
