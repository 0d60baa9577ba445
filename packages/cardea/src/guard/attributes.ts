import type { Category } from '../ast/condition.ts';
import { isJsonObject, type Json, type JsonObject } from '../ast/json.ts';
import { errorMessage } from '../errors.ts';
import { attributes, entityName } from '../model/entity.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { AttributeSource } from '../ports/attributes.ts';

/**
 * An inquiry with what the sources know. All are asked at once about the inquiry as it came; where two know
 * the same attribute, the earlier one counts, and the inquiry's own before both.
 *
 * @throws an Error that names the source which failed
 */
export async function supplyAttributes(inquiry: Inquiry, sources: readonly AttributeSource[]): Promise<Inquiry> {
  const supplied = await Promise.all(sources.map((source) => fetchFrom(source, inquiry)));
  return sources.reduce((known, { name, of }, at) => {
    const value = merge(known[of] as Json | undefined, supplied[at] as JsonObject, of);
    if (value === undefined)
      throw new Error(`attribute source \`${name}\`: the ${of} is neither a dictionary nor an entity`);
    return { ...known, [of]: value };
  }, inquiry);
}

async function fetchFrom(source: AttributeSource, inquiry: Inquiry): Promise<JsonObject> {
  try {
    const supplied: unknown = await source.fetch(inquiry);
    if (!isJsonObject(supplied)) throw new Error('it gave no dictionary');
    // An undefined attribute is one that this source does not know; another may.
    return Object.fromEntries(Object.entries(supplied).filter(([, value]) => value !== undefined));
  } catch (error) {
    throw new Error(`attribute source \`${source.name}\`: ${errorMessage(error)}`, { cause: error });
  }
}

function merge(value: Json | undefined, supplied: JsonObject, of: Category): JsonObject | undefined {
  if (value === undefined && of === 'context') return supplied;
  if (!isJsonObject(value)) return undefined;
  // A dictionary stays one, although what was supplied makes it look like an entity.
  if (of === 'context' || entityName(value, of) === undefined) return attributes({ ...supplied, ...value });
  const { properties } = value;
  return { ...value, properties: isJsonObject(properties) ? { ...supplied, ...properties } : supplied };
}
