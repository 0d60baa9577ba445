import type { Json, JsonObject } from '../../ast/json.ts';

/**
 * A statement as applications keep it on users, groups and roles: the form of AWS IAM, with regular expressions that are
 * searched without case. Exactly one of `Action` and `NotAction`, and one of `Resource` and `NotResource`.
 */
export interface Statement {
  /** Unique among the statements that are attached together; the answer names it. */
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  /** Patterns, one of which is found in the action. */
  readonly Action?: string | readonly string[];
  /** Patterns, none of which is found in the action. */
  readonly NotAction?: string | readonly string[];
  /** What fits the resource: one of them. */
  readonly Resource?: ResourcePattern | readonly ResourcePattern[];
  /** What fits the resource: none of them. */
  readonly NotResource?: ResourcePattern | readonly ResourcePattern[];
  /** By operator and then by key: all of them must hold, for one of the values of each key. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/**
 * A pattern that is searched in the document of the resource, or attributes that the resource has exactly; in a list of
 * values for one attribute any of them will do.
 */
export type ResourcePattern = string | JsonObject;

/** To whom statements are attached. */
export type StatementHolder =
  | { readonly user: string }
  | { readonly group: string }
  | { readonly role: string }
  | 'everyone';
