import { isJsonObject } from '../../ast/json.ts';
import { CardeaError, quote } from '../../errors.ts';
import type { ColumnsMapping } from '../columns/column-mapping.ts';

/** The databases that Prisma Client asks differently, by their names in a schema. */
export type PrismaProvider = 'sqlite' | 'postgresql' | 'mysql';

/**
 * How a column compares texts: `binary` byte by byte, `equality` so that equal ones are the same and the order is any,
 * `loose` so that different ones may be equal, as where letter case or spaces at the end do not count.
 */
export type TextComparison = 'binary' | 'equality' | 'loose';

/** Where an attribute is in a model. */
export interface PrismaFieldMapping {
  /** The field of the model. */
  readonly field: string;
  /** Its type in the schema. */
  readonly type: 'String' | 'Int' | 'BigInt' | 'Float' | 'Boolean';
  /** What null is to whoever decides about the record: the attribute is `missing`, or it is `null`. `never`: it is required. */
  readonly nulls: 'missing' | 'null' | 'never';
  /**
   * Of texts. When absent it is what the provider does where nobody said otherwise: `binary` for SQLite, `equality` for
   * PostgreSQL, `loose` for MySQL.
   */
  readonly texts?: TextComparison;
}

/** Which attributes are in which fields of a model. */
export interface PrismaMapping extends Pick<ColumnsMapping, 'mismatch'> {
  readonly provider: PrismaProvider;
  /** By attribute, nested ones with dots: `owner.country`. Those that are not here are refused. */
  readonly fields: Readonly<Record<string, PrismaFieldMapping>>;
}

/** What is said of the text columns of a provider where a mapping says nothing. */
export const TEXTS: Readonly<Record<PrismaProvider, TextComparison>> = {
  sqlite: 'binary',
  postgresql: 'equality',
  mysql: 'loose',
};

const MEMBERS: Readonly<Record<'type' | 'nulls' | 'texts', readonly unknown[]>> = {
  type: ['String', 'Int', 'BigInt', 'Float', 'Boolean'] satisfies readonly PrismaFieldMapping['type'][],
  nulls: ['missing', 'null', 'never'] satisfies readonly PrismaFieldMapping['nulls'][],
  texts: [undefined, 'binary', 'equality', 'loose'] satisfies readonly PrismaFieldMapping['texts'][],
};

/**
 * Checks a mapping at once, rather than with the first query that needs it: identity with types.
 *
 * @throws CARDEA_INVALID_ARGUMENT with what is wrong: a name that is none of a field, among others
 *
 * @example
 * ```ts
 * const books = prismaMapping({
 *   provider: 'postgresql',
 *   fields: { owner: { field: 'ownerId', type: 'String', nulls: 'missing' } },
 * });
 * ```
 */
export function prismaMapping(mapping: PrismaMapping): PrismaMapping {
  if (!Object.hasOwn(TEXTS, mapping.provider)) {
    const known = Object.keys(TEXTS).join(', ');
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `there is no provider ${quote(mapping.provider)}, but ${known}`);
  }
  for (const [attribute, given] of Object.entries<unknown>(mapping.fields)) {
    const field: { readonly [name: string]: unknown } = isJsonObject(given) ? given : {};
    if (!isFieldName(field['field'])) throw wrong(attribute, 'field', field['field']);
    for (const [member, known] of Object.entries(MEMBERS))
      if (!known.includes(field[member])) throw wrong(attribute, member, field[member]);
  }
  return mapping;
}

function isFieldName(name: unknown): boolean {
  return typeof name === 'string' && /^(?!(?:AND|OR|NOT)$)[A-Za-z]\w*$/.test(name);
}

function wrong(attribute: string, member: string, given: unknown): CardeaError {
  return new CardeaError(
    'CARDEA_INVALID_ARGUMENT',
    `attribute ${quote(attribute)}: \`${member}\` cannot be ${quote(given)}`,
  );
}
