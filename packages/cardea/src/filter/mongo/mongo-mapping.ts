import { CardeaError, quote } from '../../errors.ts';
import type { ColumnsMapping } from '../columns/column-mapping.ts';
import { isJsonObject } from '../../ast/json.ts';

/** Where an attribute is in a document. */
export interface FieldMapping {
  /** The field, with dots where it is inside embedded documents: `owner.country`. */
  readonly field: string;
  /**
   * What it holds; of a `timestamp` dates, which are texts when deciding: `2024-05-31T12:00:00.000Z`. A document that holds
   * anything else in a field that matters is not selected, a list for one.
   */
  readonly type: 'text' | 'number' | 'boolean' | 'timestamp';
  /** It holds a list of texts or numbers. */
  readonly list?: true;
  /**
   * What null is to whoever decides about the document: the attribute is `missing`, as it is where the field is not
   * there, or it is `null`. `never`: every document has a value; one that has none is not selected.
   */
  readonly nulls: 'missing' | 'null' | 'never';
}

/** Which attributes are in which fields of the documents of a collection. */
export interface MongoMapping extends Pick<ColumnsMapping, 'mismatch'> {
  /** By attribute, nested ones with dots. Those that are not here are refused. */
  readonly fields: Readonly<Record<string, FieldMapping>>;
  /**
   * How two fields are compared: by `$expr`, and when absent. `refuse`: not at all, for servers that do not have it for
   * queries, as FerretDB 1 does not.
   */
  readonly fieldComparisons?: '$expr' | 'refuse';
  /**
   * How it is found out that a list holds nothing else: by `$not` within `$elemMatch`, and when absent. `named`: by the
   * names of other types, for servers that do not have it, as FerretDB 1 does not, which has no more types than these. Tests
   * of items are not negated then, as those of `allIn` are.
   */
  readonly otherItems?: '$not' | 'named';
}

const TYPES: readonly unknown[] = ['text', 'number', 'boolean', 'timestamp'] satisfies readonly FieldMapping['type'][];
const LISTED: readonly unknown[] = ['text', 'number'] satisfies readonly FieldMapping['type'][];
const NULLS: readonly unknown[] = ['missing', 'null', 'never'] satisfies readonly FieldMapping['nulls'][];

/**
 * Checks a mapping at once, rather than with the first query that needs it: identity with types.
 *
 * @throws CARDEA_INVALID_ARGUMENT with what is wrong: a name that would be an operator, or a place in a list, among others
 *
 * @example
 * ```ts
 * const books = mongoMapping({ fields: { owner: { field: 'owner.id', type: 'text', nulls: 'missing' } } });
 * ```
 */
export function mongoMapping(mapping: MongoMapping): MongoMapping {
  for (const [attribute, given] of Object.entries<unknown>(mapping.fields)) {
    const { field, type, nulls, list } = isJsonObject(given) ? given : {};
    if (typeof field !== 'string' || !field.split('.').every(isName)) throw wrong(attribute, 'field', field);
    if (!TYPES.includes(type)) throw wrong(attribute, 'type', type);
    if (!NULLS.includes(nulls)) throw wrong(attribute, 'nulls', nulls);
    if (list !== undefined && (list !== true || !LISTED.includes(type))) throw wrong(attribute, 'list', list);
  }
  return mapping;
}

// A number would be a place in a list, and a dollar begins an operator.
function isName(name: string): boolean {
  return /^(?!\$|\d+$)[^\0]+$/.test(name) && name !== '__proto__';
}

function wrong(attribute: string, member: string, given: unknown): CardeaError {
  return new CardeaError(
    'CARDEA_INVALID_ARGUMENT',
    `attribute ${quote(attribute)}: \`${member}\` cannot be ${quote(given)}`,
  );
}
