import type { Json, JsonObject } from './json.ts';

/** A subject or a resource (AuthZEN 1.0 §5.1, §5.2). */
export interface Entity {
  readonly type: string;
  readonly id: string;
  readonly properties?: JsonObject;
}

/** What the subject wants to do (AuthZEN 1.0 §5.3). It is JSON, which an interface would not be. */
export type NamedAction = {
  readonly name: string;
  readonly properties?: JsonObject;
};

/**
 * The subjects, actions, resources and contexts of an application, against which questions are checked while compiling.
 *
 * @example
 * ```ts
 * interface Library extends Vocabulary {
 *   readonly action: { readonly name: 'read' | 'lend' };
 *   readonly resource: { readonly type: 'book'; readonly id: `isbn-${string}` };
 * }
 * const client = new DecisionClient<Library>({ url: 'https://pdp.example.com' });
 * ```
 */
export interface Vocabulary {
  readonly subject: Entity;
  readonly action: NamedAction;
  readonly resource: Entity;
  readonly context: JsonObject;
}

/** May this subject do this action on this resource, in this context? */
export interface Question<V extends Vocabulary = Vocabulary> {
  readonly subject: V['subject'];
  readonly action: V['action'];
  readonly resource: V['resource'];
  readonly context?: V['context'];
}

/** After which answer a batch ends (AuthZEN 1.0 §7.1.2). */
export type BatchSemantic = 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit';

/** Several questions, with what they have in common said once: a part of an item stands for the whole common part. */
export interface Batch<V extends Vocabulary = Vocabulary> extends Partial<Question<V>> {
  readonly evaluations: readonly Partial<Question<V>>[];
  /** `execute_all` when absent. */
  readonly semantic?: BatchSemantic;
}

/** An answer of a decision point (AuthZEN 1.0 §5.5). */
export interface Answer {
  readonly decision: boolean;
  /** What the decision point says besides; of Cardea's, what `include` asked for. */
  readonly context?: JsonObject;
}

/** What Cardea's decision point says besides the decision, where it is asked to. */
export type Detail = 'outcome' | 'obligations' | 'revision' | 'deciders' | 'diagnostics' | 'explanation';

/** Who may do this on that? Entities of a type are searched for. */
export interface SubjectSearch<T extends string, V extends Vocabulary = Vocabulary>
  extends Omit<Question<V>, 'subject'> {
  readonly subject: { readonly type: T };
}

/** What may the subject do this on? */
export interface ResourceSearch<T extends string, V extends Vocabulary = Vocabulary>
  extends Omit<Question<V>, 'resource'> {
  readonly resource: { readonly type: T };
}

/** What may the subject do on the resource? */
export type ActionSearch<V extends Vocabulary = Vocabulary> = Omit<Question<V>, 'action'>;

/** One of the entities that a search found. */
export type Found<E extends Entity, T extends string> = E extends Entity
  ? T extends E['type']
    ? { readonly type: T; readonly id: E['id']; readonly properties?: JsonObject }
    : never
  : never;

/** What has been decided, for those who enforce it: an answer of a client, or a `Decision` of a guard of cardea. */
export interface Verdict {
  readonly allowed: boolean;
  /** What is asked of whoever lets the subject pass. */
  readonly obligations?: readonly Json[];
  /** One of kind `infrastructure` says that nobody could know. */
  readonly diagnostics?: readonly { readonly kind: string }[];
}

/** Decides questions: a `DecisionClient`, or a `Guard` of cardea in this process. */
export interface Decides {
  /** A rejection says that there is no answer. */
  check(question: Question): Promise<Verdict>;
}
