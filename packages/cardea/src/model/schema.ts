import type { Json, JsonObject, Scalar } from '../ast/json.ts';
import type { Entity, Inquiry, NamedAction } from './inquiry.ts';
import type { Element, Policy, Rule, RuleData } from './policy.ts';

/**
 * The attributes of an application: what `definePolicies` and `Guard` check policies and inquiries against
 * while compiling. A part that is left out is unchecked.
 *
 * @example
 * ```ts
 * interface Library {
 *   subject: { name: string; role: 'reader' | 'librarian' };
 *   action: 'borrow' | 'return';
 *   resource: { isbn: string; reserved: boolean };
 *   context: { ip: string };
 * }
 * ```
 */
export interface PolicySchema {
  readonly subject?: unknown;
  readonly action?: unknown;
  readonly resource?: unknown;
  readonly context?: object;
}

type Part<S, K extends keyof PolicySchema> = K extends keyof S ? Exclude<S[K], undefined> : unknown;

type Tagged = `${string}<${string}>${string}`;

type TextElement<T> = unknown extends T ? string : T extends string ? T | Tagged : T extends object ? never : never;

type MemberOf<V> = Rule<V, V> | (V extends readonly unknown[] ? V : V extends object ? AttributeRulesOf<V> : V);

/** The rules that may stand in a dictionary of attributes of type `T`. */
export type AttributeRulesOf<T> = { readonly [K in keyof T]?: MemberOf<Exclude<T[K], undefined>> };

/** The elements of a field whose value has type `T`. */
export type ElementOf<T> = unknown extends T
  ? Element
  :
      | TextElement<T>
      | Rule<T, T>
      // A slot: the link knows what the name of an entity is.
      | Rule<Scalar, never>
      | (T extends readonly unknown[] ? never : T extends object ? AttributeRulesOf<T> : never);

/** A policy over the attributes of a schema, without its effect. */
export type PolicyOf<S extends PolicySchema> = Omit<
  Policy,
  'effect' | 'subjects' | 'actions' | 'resources' | 'context'
> & {
  readonly subjects: readonly ElementOf<Part<S, 'subject'>>[];
  readonly actions: readonly ElementOf<Part<S, 'action'>>[];
  readonly resources: readonly ElementOf<Part<S, 'resource'>>[];
  readonly context?: unknown extends Part<S, 'context'>
    ? { readonly [attribute: string]: RuleData | Json }
    : AttributeRulesOf<Part<S, 'context'>>;
};

type ValueOf<T, Named> = unknown extends T
  ? Json | Entity | NamedAction
  : T | (T extends readonly unknown[] ? never : T extends object ? Named & { readonly properties?: T } : Named);

/** An inquiry over the attributes of a schema: what the schema requires must be given. */
export type InquiryOf<S extends PolicySchema> = unknown extends S
  ? Inquiry
  : { readonly [K in 'subject' | 'resource' as K extends keyof S ? K : never]: ValueOf<Part<S, K>, Entity> } & {
      readonly [K in 'action' as K extends keyof S ? K : never]: ValueOf<Part<S, K>, NamedAction>;
    } & { readonly [K in 'context' as K extends keyof S ? K : never]: Part<S, K> } & {
      readonly [K in 'subject' | 'action' | 'resource' as K extends keyof S ? never : K]?: Json | Entity | NamedAction;
    } & { readonly [K in 'context' as K extends keyof S ? never : K]?: JsonObject };
