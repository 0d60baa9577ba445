import type { Json } from 'cardea';
import type { Evaluation } from '../authzen/decider.ts';
import { readEvaluation } from '../authzen/evaluation.ts';
import { member, requireObject } from '../authzen/read-parts.ts';
import { jsonResponse, requireJson } from '../http/api-handler.ts';
import { RequestError } from '../http/request-error.ts';
import { readStrictJson } from '../http/strict-json.ts';
import { type Gateway, type GatewayWorld, isAllowedPlainly } from './gateway.ts';

/** How the Data API of Open Policy Agent is answered. */
export interface OpaOptions {
  /** The package whose rule `allow` is the decision, with slashes between its parts; `cardea` when absent. */
  readonly path?: string;
  /**
   * Makes a question of `input`; what it throws is answered with 400. When absent, `input` has the parts of a question of
   * AuthZEN.
   */
  readonly question?: (input: Json) => Evaluation;
}

/**
 * The Data API of Open Policy Agent: `POST /v1/data/cardea/allow` with `{"input": …}` is answered with `{"result": true}`
 * or false, and `/v1/data/cardea` with `{"result": {"allow": true}}`. What is at no rule is undefined: `{}`.
 */
export function opaGateway({ path = 'cardea', question = fromParts }: OpaOptions, world: GatewayWorld): Gateway {
  const results = new Map<string, (allow: boolean) => Json>([
    [`/${path}`, (allow) => ({ allow })],
    [`/${path}/allow`, (allow) => allow],
  ]);
  return async (request, rest) => {
    if (request.method !== 'POST') throw new RequestError(405, 'this path takes POST', { allow: 'POST' });
    await world.admit(request, 'evaluate');
    const result = results.get(rest);
    if (result === undefined) return jsonResponse({});
    requireJson(request);
    const evaluation = evaluationOf(readStrictJson(request.body, world.depth), question);
    return jsonResponse({ result: result(await isAllowedPlainly(world.decider, evaluation)) });
  };
}

function evaluationOf(body: Json, question: (input: Json) => Evaluation): Evaluation {
  try {
    const input = member(requireObject(body), 'input');
    if (input === undefined) throw new RequestError(400, '`input` is missing');
    return question(input);
  } catch (error) {
    const message = error instanceof RequestError ? error.message : '`input` is no question';
    // In the words of Open Policy Agent, and in ours.
    throw new RequestError(400, message, {}, { code: 'invalid_parameter', message });
  }
}

function fromParts(input: Json): Evaluation {
  return readEvaluation(requireObject(input));
}
