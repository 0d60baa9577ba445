import { z } from 'zod';
import { httpEntities } from '../../entities/http-entities.ts';
import type { EntityTable, ParentColumn, PropertyColumn } from '../../sql/entity-table.ts';
import { storeName } from '../file-path.ts';

/** Where attributes of subjects and resources are besides documents, and how long what was read of them counts. */
export interface AttributesConfig {
  readonly sql?: { readonly database?: string; readonly tables: Readonly<Record<string, EntityTable>> };
  readonly http: readonly AttributeService[];
  readonly maxAgeMs: number;
  readonly maxEntities: number;
  readonly timeoutMs: number;
  readonly depth: number;
  readonly ancestors: number;
}

/** A service that knows entities. */
export interface AttributeService {
  readonly url: string;
  readonly types: readonly string[];
  readonly tokenVariable?: string;
  readonly maxBytes: number;
}

const name = z.string().min(1);

const propertyColumn: z.ZodType<PropertyColumn> = z.strictObject({
  column: name,
  as: z.enum(['text', 'number', 'boolean', 'json']).exactOptional(),
});

const parent: z.ZodType<ParentColumn> = z.union(
  [
    z.strictObject({ type: name, column: name }),
    z.strictObject({ type: name, table: name, child: name, parent: name }),
  ],
  'has `type` and `column`, or `type`, `table`, `child` and `parent`',
);

const table: z.ZodType<EntityTable> = z.strictObject({
  table: name,
  id: name.exactOptional(),
  idType: z.enum(['text', 'integer']).exactOptional(),
  properties: z
    .record(name, z.union([name, propertyColumn], 'is a column, or a mapping with `column` and `as`'))
    .refine((given) => !Object.hasOwn(given, 'ancestors'), { path: ['ancestors'], message: 'is made of `parents`' })
    .exactOptional(),
  parents: z.array(parent).exactOptional(),
});

const service: z.ZodType<AttributeService> = z.strictObject({
  url: z
    .string()
    .refine(isPlace, 'must be a URL of HTTP without user, query and fragment')
    .describe('Where it answers `GET ?type=user&id=alice` and `GET ?type=user&limit=100&after=bob`.'),
  types: z.array(name).min(1).describe('The types that it knows.'),
  tokenVariable: name.exactOptional().describe('The variable of the environment that holds its bearer token.'),
  maxBytes: limit(1, 1 << 20, 'Bytes of an answer.'),
});

/** The section `attributes`. */
export const attributesConfig: z.ZodType<AttributesConfig> = z
  .strictObject({
    sql: z
      .strictObject({
        database: storeName
          .exactOptional()
          .describe(
            'An SQLite file, or the URL of PostgreSQL, MySQL or MariaDB; that of the store when absent. A URL with a password is better named by the environment.',
          ),
        tables: z
          .record(name, table)
          .describe(
            'By types of entities: `table`, `id`, `idType` (`text`, `integer`), `properties` (a column, or `column` and `as`), `parents` (`type` and `column`, or `type`, `table`, `child`, `parent`).',
          ),
      })
      .exactOptional(),
    http: z.array(service).default([]).describe('Services that know entities.'),
    maxAgeMs: limit(0, 5000, 'How long what was read counts, in milliseconds; 0 reads each time.'),
    maxEntities: limit(1, 10_000, 'How many entities are remembered.'),
    timeoutMs: limit(1, 2000, 'How long all sources may take for one answer, in milliseconds; then it is 503.'),
    depth: limit(1, 32, 'How many levels of parents an entity may have.'),
    ancestors: limit(1, 1000, 'In how many others an entity may be, directly or not.'),
  })
  .prefault({});

function limit(least: number, standard: number, meaning: string): z.ZodDefault<z.ZodInt> {
  return z.int().min(least).default(standard).describe(meaning);
}

function isPlace(url: string): boolean {
  try {
    httpEntities({ url, types: [] });
    return true;
  } catch {
    return false;
  }
}
