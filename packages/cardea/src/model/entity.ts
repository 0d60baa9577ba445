import type { Category } from '../ast/condition.ts';
import { isJsonObject, type Json, type JsonObject } from '../ast/json.ts';
import type { Entity, Inquiry } from './inquiry.ts';

const PLAIN: unique symbol = Symbol.for('cardea.attributes') as never;
const NONE: JsonObject = Object.freeze({});

/** The members of an entity that are its name: always there, and strings. */
export const NAME_MEMBERS: Readonly<Record<Exclude<Category, 'context'>, readonly string[]>> = {
  subject: ['type', 'id'],
  action: ['name'],
  resource: ['type', 'id'],
};

/**
 * An entity: a name `type:id` and attributes, for the subject or the resource of an inquiry. An id may contain any
 * character, a type should contain no colon: `user` and `a:1`, `user:a` and `1` have one name.
 *
 * @example
 * ```ts
 * entity('user', 'alice', { country: 'NL' }); // string rules and patterns see 'user:alice'
 * ```
 */
export function entity(type: string, id: string, properties: JsonObject = NONE): Entity {
  return { type, id, properties };
}

/**
 * An attribute dictionary that is never read as an entity, although its members may be called `type` and
 * `id`: rules on the whole value then see the dictionary itself.
 *
 * @example
 * ```ts
 * attributes({ type: 'invoice', id: '7' });
 * ```
 */
export function attributes(dictionary: JsonObject): JsonObject {
  return Object.assign({ ...dictionary }, { [PLAIN]: true });
}

/** Whether a value was made by {@link attributes}. */
export function isAttributes(value: unknown): boolean {
  return isJsonObject(value) && Object.hasOwn(value, PLAIN);
}

/**
 * Reads an attribute of an inquiry: own members only, through dictionaries only, never through lists.
 *
 * @param path member names; `[]` is the whole value, or the name of an entity
 * @returns the value, or undefined when it is missing
 */
export function readAttribute(inquiry: Inquiry, of: Category, path: readonly string[]): Json | undefined {
  const whole = ownMember(inquiry, of) as Json | undefined;
  if (of === 'context') return readPath(whole, path);
  const name = entityName(whole, of);
  if (name === undefined) return readPath(whole, path);
  if (path.length === 0) return name;
  // The entity's own type and id come first: a property cannot contradict the name.
  const [first] = path;
  if (path.length === 1 && NAME_MEMBERS[of].includes(first as string)) return (whole as JsonObject)[first as string];
  return readPath(ownMember(whole as JsonObject, 'properties') as Json | undefined, path);
}

/**
 * The name of an entity: `type:id` of a subject or resource, `name` of an action; undefined for every other value.
 *
 * @example
 * ```ts
 * entityName({ type: 'user', id: 'alice' }, 'subject'); // 'user:alice'
 * ```
 */
export function entityName(value: Json | undefined, of: Category): string | undefined {
  if (!isJsonObject(value) || isAttributes(value)) return undefined;
  if (of === 'action') return hasOnly(value, NAME_MEMBERS.action) ? (value['name'] as string) : undefined;
  return hasOnly(value, NAME_MEMBERS.subject) ? `${value['type'] as string}:${value['id'] as string}` : undefined;
}

/** Follows member names from a value; undefined where one is missing or there is no dictionary. */
export function readPath(value: Json | undefined, path: readonly string[]): Json | undefined {
  let current = value;
  for (const part of path) {
    if (!isJsonObject(current)) return undefined;
    current = ownMember(current, part) as Json | undefined;
  }
  return current;
}

function hasOnly(value: JsonObject, names: readonly string[]): boolean {
  if (!names.every((name) => Object.hasOwn(value, name) && typeof value[name] === 'string')) return false;
  const properties = value['properties'];
  const keys = Object.keys(value).length;
  return properties === undefined ? keys === names.length : isJsonObject(properties) && keys === names.length + 1;
}

function ownMember(holder: object, name: string): unknown {
  return Object.hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
}
