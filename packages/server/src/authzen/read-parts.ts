import type { Entity, Json, JsonObject, NamedAction } from 'cardea';
import { isJsonObject } from 'cardea/ast';
import { RequestError } from '../http/request-error.ts';

/** How many UTF-16 units a type, an id or a name may have. */
const LONGEST_NAME = 1024;

const NO_CONTEXT = {};

/** An entity of which only the type is wanted: what a search looks for. */
export type EntityType = Pick<Entity, 'type'>;

/**
 * The parts of a request (AuthZEN 1.0 §5), without members that the standard does not know: those are ignored at every
 * level (§10.1.1).
 *
 * @param request the object that has the part
 * @throws RequestError 400 that names the part which is missing or of another type
 */
export function readEntity(request: JsonObject, part: 'subject' | 'resource'): Entity {
  const given = readObject(request, part);
  const type = readName(given, part, 'type');
  const id = readName(given, part, 'id');
  const properties = readProperties(given, part);
  return properties === undefined ? { type, id } : { type, id, properties };
}

/** The type of the searched entity; its id is ignored (§8.4, §8.5). */
export function readEntityType(request: JsonObject, part: 'subject' | 'resource'): EntityType {
  return { type: readName(readObject(request, part), part, 'type') };
}

export function readAction(request: JsonObject): NamedAction {
  const given = readObject(request, 'action');
  const name = readName(given, 'action', 'name');
  const properties = readProperties(given, 'action');
  return properties === undefined ? { name } : { name, properties };
}

export function readContext(request: JsonObject): { readonly context?: JsonObject } {
  const context = member(request, 'context');
  if (context === undefined) return NO_CONTEXT;
  if (!isJsonObject(context)) throw new RequestError(400, '`context` is not an object');
  return { context };
}

/** The member of an object, which a name of the prototype is not. */
export function member(holder: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}

/** @throws RequestError 400 */
export function requireObject(body: Json): JsonObject {
  if (!isJsonObject(body)) throw new RequestError(400, 'the body is not an object');
  return body;
}

function readObject(request: JsonObject, part: string): JsonObject {
  const given = member(request, part);
  if (given === undefined) throw new RequestError(400, `\`${part}\` is missing`);
  if (!isJsonObject(given)) throw new RequestError(400, `\`${part}\` is not an object`);
  return given;
}

function readName(given: JsonObject, part: string, name: string): string {
  const text = member(given, name);
  if (text === undefined) throw new RequestError(400, `\`${part}.${name}\` is missing`);
  if (typeof text !== 'string') throw new RequestError(400, `\`${part}.${name}\` is not a string`);
  if (text.length > LONGEST_NAME)
    throw new RequestError(400, `\`${part}.${name}\` has more than ${LONGEST_NAME} characters`);
  return text;
}

function readProperties(given: JsonObject, part: string): JsonObject | undefined {
  const properties = member(given, 'properties');
  if (properties !== undefined && !isJsonObject(properties))
    throw new RequestError(400, `\`${part}.properties\` is not an object`);
  return properties;
}
