import type { Admit } from '../auth/access.ts';
import type { Decider, Evaluation } from '../authzen/decider.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';

/** What gateways answer with. */
export interface GatewayWorld {
  readonly decider: Decider;
  readonly admit: Admit;
  /** How deep a body may be nested. */
  readonly depth: number;
}

/**
 * Answers one kind of enforcement point.
 *
 * @param rest what stands behind the gateway's path: empty, or from a slash on
 */
export type Gateway = (request: ApiRequest, rest: string) => Promise<ApiResponse>;

/**
 * Whether a question is allowed to whoever cannot fulfil obligations: a permission that has some is none (XACML 3.0
 * §7.2.2).
 */
export async function isAllowedPlainly(decider: Decider, evaluation: Evaluation): Promise<boolean> {
  const { decision } = await decider.decide(evaluation);
  return decision.allowed && decision.obligations.length === 0;
}
