import type { Json, JsonObject } from '../ast/json.ts';

/**
 * What is asked: may this subject do this action on this resource in this context?
 * (NIST SP 800-162 access request; vakt's Inquiry.)
 */
export interface Inquiry {
  readonly subject?: Json | Entity;
  readonly action?: Json | Entity;
  readonly resource?: Json | Entity;
  readonly context?: JsonObject;
}

/**
 * A name and attributes. Rules and patterns on the whole value test the name `type:id`; attribute rules
 * test `type` and `id`, then `properties`. (OpenID AuthZEN 1.0 §5.1, §5.2.)
 */
export interface Entity {
  readonly type: string;
  readonly id: string;
  readonly properties?: JsonObject;
}

/** An action with attributes, named by `name` (OpenID AuthZEN 1.0 §5.3). It is JSON, which an interface would not be. */
export type NamedAction = {
  readonly name: string;
  readonly properties?: JsonObject;
};
