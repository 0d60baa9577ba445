import type { Decision, Entity, Explanation, GuardLag, Inquiry, JsonObject, NamedAction } from 'cardea';
import type { EntityDirectory } from '../entities/entity-directory.ts';
import { RequestError } from '../http/request-error.ts';

/** What decides: a `Guard` of cardea, or what answers as one does. */
export interface DecidesInquiries {
  check(inquiry: Inquiry): Promise<Decision>;
  /** Why; asked only where a caller wants the explanation. */
  explain?(inquiry: Inquiry): Promise<Explanation>;
  /** How far it is behind its storage; always up to date when absent. */
  lag?(): GuardLag;
}

/** A question of the standard: its parts, which make an inquiry. */
export interface Evaluation {
  readonly subject: Entity;
  readonly action: NamedAction;
  readonly resource: Entity;
  readonly context?: JsonObject;
}

/** What is decided, and why where somebody wants to know. */
export interface Answered {
  readonly decision: Decision;
  readonly explanation?: Explanation;
}

/** Answers a question with what the directory knows of the subject and the resource. */
export type Decide = (evaluation: Evaluation, wants?: { readonly explanation: boolean }) => Promise<Answered>;

/**
 * Makes a guard and a directory one answer. What the request says of an entity comes before what is stored of it.
 *
 * The answer is a rejection with RequestError 503 where nobody can know, because policies or attributes cannot be read:
 * that a caller shall not take for what the policies say.
 */
export function decider(guard: DecidesInquiries, directory: EntityDirectory | undefined): Decide {
  return async ({ subject, resource, ...rest }, wants) => {
    const inquiry: Inquiry = {
      ...rest,
      subject: directory === undefined ? subject : await withStored(subject, directory),
      resource: directory === undefined ? resource : await withStored(resource, directory),
    };
    const decision = await guard.check(inquiry);
    if (decision.diagnostics.some(({ kind }) => kind === 'infrastructure'))
      throw new RequestError(503, 'policies or attributes cannot be read', { 'retry-after': '1' });
    const explanation = wants?.explanation === true ? await guard.explain?.(inquiry) : undefined;
    return explanation === undefined ? { decision } : { decision, explanation };
  };
}

async function withStored(entity: Entity, directory: EntityDirectory): Promise<Entity> {
  const stored = await directory.find(entity.type, entity.id);
  if (stored === undefined) return entity;
  const { type, id, properties } = entity;
  return { type, id, properties: properties === undefined ? stored : { ...stored, ...properties } };
}
