import type { JsonObject, NamedAction } from 'cardea';

/**
 * What is known of subjects and resources (NIST SP 800-162: a policy information point), for decisions and for searches.
 * Every method may answer at once or later. What throws makes the request fail with 503, an item of a batch a denial that says
 * so, and is told to the logger alone.
 */
export interface EntityDirectory {
  /** The properties of an entity; undefined where it is not known. */
  find(type: string, id: string): JsonObject | undefined | Promise<JsonObject | undefined>;
  /**
   * The ids of the entities of a type, each once, in an order that stays the same.
   *
   * @param after the last id of the page before; absent for the first page
   * @param limit how many at most; fewer only where there are no more
   */
  list(type: string, after: string | undefined, limit: number): readonly string[] | Promise<readonly string[]>;
  /** The actions that a search for actions tries on a resource of a type, in an order that stays the same. */
  actions(resourceType: string): readonly NamedAction[] | Promise<readonly NamedAction[]>;
}
