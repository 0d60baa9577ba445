import type { JsonObject } from 'cardea';
import type { Decide, Evaluation, Verdict } from './decider.ts';
import { contextOf, type Details, NO_DETAILS } from './details.ts';
import { readAction, readContext, readEntity } from './read-parts.ts';

/** The answer to one evaluation: the whole body (AuthZEN 1.0 §5.5). */
export interface DecisionBody {
  readonly decision: boolean;
  /** The details that were asked for, or why an item of a batch was not evaluated. */
  readonly context?: JsonObject;
}

/** @throws RequestError 400 that names the part which is missing or wrong */
export function readEvaluation(request: JsonObject): Evaluation {
  return {
    subject: readEntity(request, 'subject'),
    action: readAction(request),
    resource: readEntity(request, 'resource'),
    ...readContext(request),
  };
}

/**
 * Access Evaluation (§6).
 *
 * @throws RequestError 400 at once, and rejects with whatever deciding rejects with
 */
export function evaluate(request: JsonObject, decide: Decide, details: Details): DecisionBody | Promise<DecisionBody> {
  const evaluation = readEvaluation(request);
  const verdict = details === NO_DETAILS ? decide.allows?.(evaluation) : undefined;
  if (verdict === undefined) return evaluateInFull(evaluation, decide, details);
  return verdict instanceof Promise ? verdict.then(bodyOf) : bodyOf(verdict);
}

function bodyOf({ allowed }: Verdict): DecisionBody {
  return { decision: allowed };
}

async function evaluateInFull(evaluation: Evaluation, decide: Decide, details: Details): Promise<DecisionBody> {
  const wants = { explanation: details.names.has('explanation') };
  const { decision, explanation } = await decide(evaluation, wants);
  const context = contextOf(decision, explanation, details);
  return context === undefined ? { decision: decision.allowed } : { decision: decision.allowed, context };
}
