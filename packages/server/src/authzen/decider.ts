import type { Decision, Entity, Explanation, GuardLag, Inquiry, JsonObject, NamedAction, Revision } from 'cardea';
import { unreadable } from '../entities/answerable-directory.ts';
import type { EntityDirectory } from '../entities/entity-directory.ts';
import { after } from '../http/after.ts';

/** What decides: a `Guard` of cardea, or what answers as one does. */
export interface DecidesInquiries {
  check(inquiry: Inquiry): Promise<Decision>;
  /** Whether it is allowed, where that is known without waiting and nobody is to be told of the decision. */
  allowsNow?(inquiry: Inquiry): boolean | undefined;
  /** Of the policies that `allowsNow` decides over at this moment; what is not said there is asked by `check`. */
  readonly revision?: Revision | undefined;
  /** Why; asked only where a caller wants the explanation. */
  explain?(inquiry: Inquiry): Promise<Explanation>;
  /** Asks the storage for changes that it did not tell of, and waits until they are decided over. */
  refresh?(): Promise<void>;
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

/** Yes or no, and of which state of the policies. */
export type Verdict = Pick<Decision, 'allowed' | 'revision'>;

/** Answers a question with what the directory knows of the subject and the resource. */
export interface Decider {
  decide(evaluation: Evaluation, wants?: { readonly explanation: boolean }): Promise<Answered>;
  /** Yes or no alone: at once where nothing has to be waited for. */
  allows(evaluation: Evaluation): Verdict | Promise<Verdict>;
}

/**
 * Makes a guard and a directory one answer. What the request says of an entity comes before what is stored of it.
 *
 * The answer is a rejection with RequestError 503 where nobody can know, because policies or attributes cannot be read:
 * that a caller shall not take for what the policies say.
 */
export function deciderOver(guard: DecidesInquiries, directory: EntityDirectory | undefined): Decider {
  const check = async (inquiry: Inquiry): Promise<Decision> => {
    const decision = await guard.check(inquiry);
    if (decision.diagnostics.some(({ kind }) => kind === 'infrastructure')) throw unreadable();
    return decision;
  };
  const decide: Decider['decide'] = async (evaluation, wants) => {
    const inquiry = await inquiryOf(evaluation, directory);
    const decision = await check(inquiry);
    const explanation = wants?.explanation === true ? await guard.explain?.(inquiry) : undefined;
    return explanation === undefined ? { decision } : { decision, explanation };
  };
  const allowsInquiry = (inquiry: Inquiry): Verdict | Promise<Verdict> => {
    const allowed = guard.allowsNow?.(inquiry);
    // What is known at once is known of the policies that the guard has at this moment.
    const { revision } = guard;
    return allowed === undefined || revision === undefined ? check(inquiry) : { allowed, revision };
  };
  return { decide, allows: (evaluation) => after(inquiryOf(evaluation, directory), allowsInquiry) };
}

/** At once where the directory answers at once. */
function inquiryOf(evaluation: Evaluation, directory: EntityDirectory | undefined): Inquiry | Promise<Inquiry> {
  if (directory === undefined) return evaluation;
  const subject = withStored(evaluation.subject, directory);
  const resource = withStored(evaluation.resource, directory);
  if (!(subject instanceof Promise || resource instanceof Promise)) return { ...evaluation, subject, resource };
  return Promise.all([subject, resource]).then(([one, other]) => ({ ...evaluation, subject: one, resource: other }));
}

function withStored(entity: Entity, directory: EntityDirectory): Entity | Promise<Entity> {
  const stored = directory.find(entity.type, entity.id);
  return stored instanceof Promise ? stored.then((found) => joined(entity, found)) : joined(entity, stored);
}

function joined(entity: Entity, stored: JsonObject | undefined): Entity {
  if (stored === undefined) return entity;
  const { type, id, properties } = entity;
  return { type, id, properties: properties === undefined ? stored : { ...stored, ...properties } };
}
