import type { Json } from 'cardea';
import { isJsonObject, type JsonObject } from 'cardea/ast';
import { z } from 'zod';
import type { PathKind } from './file-path.ts';
import { serverConfig } from './server-config.ts';

/** What the value of a key is. */
export type KeyKind = 'text' | 'number' | 'truth' | 'list' | 'data';

/** A key that a configuration may have, as file, environment and command line know it. */
export interface ConfigKey {
  /** `listen.port` */
  readonly key: string;
  readonly names: readonly string[];
  /** The variable of the environment: `CARDEA_LISTEN__PORT`. */
  readonly variable: string;
  readonly kind: KeyKind;
  /** What it names, where that is a file. */
  readonly path: PathKind | undefined;
  /** One of these texts, where not any will do. */
  readonly choices: readonly string[];
  /** What counts when it is absent; undefined where nothing does. */
  readonly standard: Json | undefined;
  readonly description: string;
}

/** The keys of a configuration, in the order of its schema. */
export const CONFIG_KEYS: readonly ConfigKey[] = keysOf(
  z.toJSONSchema(serverConfig, { io: 'input' }) as unknown as JsonObject,
  [],
);

function keysOf(schema: JsonObject, before: readonly string[]): readonly ConfigKey[] {
  return Object.entries(objectAt(schema, 'properties')).flatMap(([name, value]) => {
    const inner = value as JsonObject;
    const names = [...before, name];
    return Object.hasOwn(inner, 'properties') ? keysOf(inner, names) : [keyOf(inner, names)];
  });
}

function keyOf(schema: JsonObject, names: readonly string[]): ConfigKey {
  const { default: standard, description = '', enum: choices = [] } = schema;
  return {
    key: names.join('.'),
    names,
    variable: `CARDEA_${names.map(upperSnake).join('__')}`,
    kind: kindOf(schema),
    path: (objectAt(schema, 'items')['path'] ?? schema['path']) as PathKind | undefined,
    choices: choices as readonly string[],
    standard,
    description: description as string,
  };
}

function kindOf(schema: JsonObject): KeyKind {
  const { type } = schema;
  if (type === 'string') return 'text';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'truth';
  return type === 'array' && objectAt(schema, 'items')['type'] === 'string' ? 'list' : 'data';
}

function objectAt(schema: JsonObject, name: string): JsonObject {
  const inner = schema[name];
  return inner !== undefined && isJsonObject(inner) ? inner : {};
}

function upperSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
