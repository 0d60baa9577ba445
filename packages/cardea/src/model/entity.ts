import type { Category } from '../ast/condition.ts';
import { isJsonObject, type Json, type JsonObject } from '../ast/json.ts';
import type { Entity, Inquiry } from './inquiry.ts';

const PLAIN: unique symbol = Symbol.for('cardea.attributes') as never;

interface Branded {
  readonly [PLAIN]?: unknown;
}

const NONE: JsonObject = Object.freeze({});
// Unlike `Object.hasOwn` it costs nothing for a member that a loop has just met.
const { hasOwnProperty: hasOwn } = Object.prototype as {
  readonly hasOwnProperty: (this: object, name: string) => boolean;
};

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
  return { ...dictionary, [PLAIN]: true };
}

/** Whether a value was made by {@link attributes}. */
export function isAttributes(value: unknown): boolean {
  return isJsonObject(value) && (value as Branded)[PLAIN] === true && Object.hasOwn(value, PLAIN);
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
  return isEntity(value, of) ? nameOfEntity(value, of) : undefined;
}

/** Whether a value has a name, as {@link entityName} says, which this does not make. */
export function isEntity(value: Json | undefined, of: Category): value is JsonObject {
  if (!isJsonObject(value) || of === 'context') return false;
  return (of === 'action' ? isNamed(value) : isTyped(value)) && !isAttributes(value);
}

/** The name of a value that {@link isEntity}. */
export function nameOfEntity(entity: JsonObject, of: Category): string {
  return of === 'action' ? (entity['name'] as string) : `${entity['type'] as string}:${entity['id'] as string}`;
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

// Going through the members of a dictionary takes a fraction of what asking for each does, or for their number.
function isTyped(value: JsonObject): boolean {
  let names = 0;
  for (const name in value) {
    if (!hasOwn.call(value, name)) continue;
    if (name === 'type' || name === 'id') {
      if (typeof value[name] !== 'string') return false;
      names += 1;
    } else if (name !== 'properties' || !isJsonObject(value[name])) return false;
  }
  return names === 2;
}

function isNamed(value: JsonObject): boolean {
  let names = 0;
  for (const name in value) {
    if (!hasOwn.call(value, name)) continue;
    if (name === 'name') {
      if (typeof value[name] !== 'string') return false;
      names += 1;
    } else if (name !== 'properties' || !isJsonObject(value[name])) return false;
  }
  return names === 1;
}

function ownMember(holder: object, name: string): unknown {
  return Object.hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
}
