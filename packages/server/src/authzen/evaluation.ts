import type { JsonObject } from 'cardea';
import type { Decide, Evaluation } from './decider.ts';
import { readAction, readContext, readEntity } from './read-parts.ts';

/** The answer to one evaluation: the whole body (AuthZEN 1.0 §5.5). */
export interface DecisionBody {
  readonly decision: boolean;
  /** Why an item of a batch was not evaluated. */
  readonly context?: { readonly error: { readonly status: number; readonly message: string } };
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

/** Access Evaluation (§6). */
export async function evaluate(request: JsonObject, decide: Decide): Promise<DecisionBody> {
  return { decision: await decide(readEvaluation(request)) };
}
