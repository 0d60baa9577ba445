import type { JsonObject } from 'cardea';
import { after } from '../http/after.ts';
import type { Decider, Evaluation, Verdict } from './decider.ts';
import { contextOf, type Details, NO_DETAILS } from './details.ts';
import { readAction, readContext, readEntity } from './read-parts.ts';

/** The answer to one evaluation: the whole body (AuthZEN 1.0 §5.5). */
export interface DecisionBody {
  readonly decision: boolean;
  /** The details that were asked for, or why an item of a batch was not evaluated. */
  readonly context?: JsonObject;
}

/**
 * @param defaults has the parts that the request has not
 * @throws RequestError 400 that names the part which is missing or wrong
 */
export function readEvaluation(request: JsonObject, defaults: JsonObject = request): Evaluation {
  const holder = (part: keyof Evaluation): JsonObject => (Object.hasOwn(request, part) ? request : defaults);
  const subject = readEntity(holder('subject'), 'subject');
  const action = readAction(holder('action'));
  const resource = readEntity(holder('resource'), 'resource');
  const { context } = readContext(holder('context'));
  return context === undefined ? { subject, action, resource } : { subject, action, resource, context };
}

/**
 * Access Evaluation (§6).
 *
 * @param defaults has the parts that the request has not
 * @throws RequestError 400 at once, and rejects with whatever deciding rejects with
 */
export function evaluate(
  request: JsonObject,
  decider: Decider,
  details: Details,
  defaults?: JsonObject,
): DecisionBody | Promise<DecisionBody> {
  const evaluation = readEvaluation(request, defaults);
  if (details !== NO_DETAILS) return evaluateInFull(evaluation, decider, details);
  return after(decider.allows(evaluation), bodyOf);
}

function bodyOf({ allowed }: Verdict): DecisionBody {
  return { decision: allowed };
}

async function evaluateInFull(evaluation: Evaluation, decider: Decider, details: Details): Promise<DecisionBody> {
  const wants = { explanation: details.names.has('explanation') };
  const { decision, explanation } = await decider.decide(evaluation, wants);
  const context = contextOf(decision, explanation, details);
  return context === undefined ? { decision: decision.allowed } : { decision: decision.allowed, context };
}
