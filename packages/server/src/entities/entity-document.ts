import { CardeaError, type Entity, type ErrorCode, type Issue, issuesError, type JsonObject } from 'cardea';
import { z } from 'zod';

const CODE: ErrorCode = 'CARDEA_INVALID_DOCUMENT';

/** An entity as a document gives it. */
export interface EntityData extends Entity {
  /** The groups, folders or roles that it is in. */
  readonly parents?: readonly Pick<Entity, 'type' | 'id'>[];
}

/** An action as a document gives it. */
export interface ActionData {
  readonly name: string;
  readonly properties?: JsonObject;
  /** The types of the resources that it is an action on; all when absent. */
  readonly resourceTypes?: readonly string[];
}

/** Subjects, resources and actions that a decision point knows. */
export interface EntityDocument {
  readonly entities: readonly EntityData[];
  readonly actions: readonly ActionData[];
}

const reference = z.strictObject({ type: z.string(), id: z.string() });
const properties = z.record(z.string(), z.json()) as z.ZodType<JsonObject>;

const entity: z.ZodType<EntityData> = z.strictObject({
  ...reference.shape,
  properties: properties
    .refine((given) => !Object.hasOwn(given, 'ancestors'), { path: ['ancestors'], message: 'is made of `parents`' })
    .exactOptional(),
  parents: z.array(reference).exactOptional(),
});

const action: z.ZodType<ActionData> = z.strictObject({
  name: z.string(),
  properties: properties.exactOptional(),
  resourceTypes: z.array(z.string()).exactOptional(),
});

/**
 * Checks one entity.
 *
 * @returns undefined where it is none
 */
export function parseEntity(input: unknown): EntityData | undefined {
  return entity.safeParse(input).data;
}

const document: z.ZodType<EntityDocument> = z.strictObject({
  entities: z.array(entity).default([]),
  actions: z.array(action).default([]),
});

/**
 * Checks a document of entities.
 *
 * @param name of the document, for the message
 * @throws CARDEA_INVALID_DOCUMENT with every issue at once
 *
 * @example
 * ```ts
 * const { entities } = parseEntityDocument({ entities: [{ type: 'user', id: 'alice', properties: { role: 'admin' } }] }, 'users.json');
 * ```
 */
export function parseEntityDocument(input: unknown, name: string): EntityDocument {
  const parsed = document.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }): Issue => {
    const names = path.map((part) => (typeof part === 'number' ? part : String(part)));
    return { code: CODE, path: names, message, file: name };
  });
  throw issues.length > 0 ? issuesError('entities', issues) : new CardeaError(CODE, `${name}: not a document`);
}
