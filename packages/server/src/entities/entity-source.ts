import type { Entity, JsonObject } from 'cardea';

/** An entity by its type and its id. */
export type EntityReference = Pick<Entity, 'type' | 'id'>;

/** What is stored of an entity. */
export interface EntityRecord {
  readonly properties: JsonObject;
  /** The groups, folders or roles that it is in directly. */
  readonly parents: readonly EntityReference[];
}

/**
 * Where entities of some types are: tables, a service. What it cannot tell is a rejection, never "not known": that would be
 * an entity without the attributes by which it is denied. {@link sourceDirectory} makes a directory of sources.
 */
export interface EntitySource {
  /** The types that it knows. */
  readonly types: readonly string[];
  /** Undefined where there is no such entity. Ids are compared character by character. */
  read(reference: EntityReference, signal: AbortSignal): Promise<EntityRecord | undefined>;
  /**
   * The ids of the entities of a type, each once, in an order that stays the same.
   *
   * @param after the last id of the page before; absent for the first page
   * @param limit how many at most; fewer only where there are no more
   */
  list(
    type: string,
    page: { readonly after: string | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly string[]>;
}
