import type { JsonObject } from '../../ast/json.ts';
import type { Entity } from '../../model/inquiry.ts';

/** What a user belongs to, and what else is known about them. */
export interface Membership {
  readonly groups?: readonly string[];
  readonly roles?: readonly string[];
  /** For conditions and variables such as `${subject.country}`. */
  readonly attributes?: JsonObject;
}

/**
 * The subject of an inquiry as statements read it: a user with groups and roles. Groups that are nested in others need
 * not be spelt out where the policies are those of a directory.
 *
 * @example
 * ```ts
 * guard.decide({ subject: principal('alice', { groups: ['kam'], attributes: { country: 'NL' } }), action: 'get', resource: book });
 * ```
 */
export function principal(user: string, { groups = [], roles = [], attributes = {} }: Membership = {}): Entity {
  return { type: 'user', id: user, properties: { ...attributes, groups, roles } };
}
