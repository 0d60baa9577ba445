import { isScalar, type Json, type JsonObject } from '../../ast/json.ts';
import { isEntity, NAME_MEMBERS, nameOfEntity } from '../../model/entity.ts';
import type { OpenCategory } from '../../model/query-plan.ts';

/** The thing that a compiled condition looks at, and the items of lists that it looks through. */
export interface Thing {
  readonly whole: Json;
  /** Where its attributes are: of an entity its properties. */
  readonly attributes: unknown;
  readonly entity: JsonObject | undefined;
  readonly items: (Json | undefined)[];
}

/** Reads a value of a thing; undefined where it is missing. */
export type Read = (thing: Thing) => Json | undefined;

/** Looks at a thing. */
export function thingOf(whole: Json, over: OpenCategory): Thing {
  // Most are none, and going through their members takes longer than looking at two.
  if (!mayBeEntity(whole, over) || !isEntity(whole, over))
    return { whole, attributes: whole, entity: undefined, items: [] };
  return { whole, attributes: own(whole, 'properties'), entity: whole, items: [] };
}

function mayBeEntity(whole: Json, over: OpenCategory): boolean {
  if (typeof whole !== 'object' || whole === null) return false;
  const members = whole as JsonObject;
  return over === 'action' ? typeof members['name'] === 'string' : typeof members['id'] === 'string';
}

/** What reads an attribute, as `readAttribute` does. */
export function readerOf(over: OpenCategory, path: readonly string[]): Read {
  const [first, ...rest] = path;
  if (first === undefined)
    return ({ whole, entity }) => (entity === undefined ? checked(whole) : nameOfEntity(entity, over));
  const isName = rest.length === 0 && NAME_MEMBERS[over].includes(first);
  if (isName)
    return ({ attributes, entity }) =>
      entity === undefined ? checked(own(attributes, first)) : (own(entity, first) as Json | undefined);
  if (rest.length === 0) return ({ attributes }) => checked(own(attributes, first));
  return ({ attributes }) => checked(follow(attributes, path));
}

/** What reads a member of an item of a list. */
export function itemReaderOf(depth: number, path: readonly string[]): Read {
  return ({ items }) => checked(follow(items[depth], path));
}

function follow(from: unknown, path: readonly string[]): unknown {
  let value = from;
  for (const name of path) value = own(value, name);
  return value;
}

function own(holder: unknown, name: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, name) || Array.isArray(holder))
    return undefined;
  return (holder as Record<string, unknown>)[name];
}

// No inquiry holds anything else than JSON, and one that does is refused: so is what is filtered.
function checked(value: unknown): Json | undefined {
  if (typeof value === 'string' || value === undefined || isScalar(value) || typeof value === 'object')
    return value as Json;
  throw new Error('no JSON');
}
