import type { JsonObject } from 'cardea';
import type { AccessAction, Admit } from '../auth/access.ts';
import { after } from '../http/after.ts';
import { HEADERS, jsonResponse, requireJson } from '../http/api-handler.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import type { Route } from '../http/route-table.ts';
import { readStrictJson } from '../http/strict-json.ts';
import type { Observer } from '../observe/observer.ts';
import { AnswerRevision } from './answer-revision.ts';
import type { Decider } from './decider.ts';
import { type Details, readDetails } from './details.ts';
import { atLeast, readLeastRevision, type Waiting } from './least-revision.ts';
import { requireObject } from './read-parts.ts';

/** Makes the body of an answer. */
export type AnswerBody = (request: JsonObject, decider: Decider, details: Details) => object | Promise<object>;

/** What questions of the standard are answered with. */
export interface DecisionWorld {
  readonly decider: Decider;
  readonly admit: Admit;
  /** How deep a body may be nested. */
  readonly depth: number;
  /** How a revision is waited for that is not there yet. */
  readonly waiting: Waiting;
  /** Told of each decision. */
  readonly observers: readonly Pick<Observer, 'decided'>[];
}

/**
 * Answers questions of one kind, posted by whoever may ask them: at once where neither they nor the policies have to be
 * waited for.
 *
 * @param action what a caller has to be allowed
 */
export function decisionRoute(action: AccessAction, answer: AnswerBody, world: DecisionWorld): Route {
  const { decider, admit, depth, waiting, observers } = world;
  const answerAdmitted = (request: ApiRequest, details: Details): ApiResponse | Promise<ApiResponse> => {
    const least = readLeastRevision(request.header('cardea-min-revision'));
    requireJson(request);
    const body = requireObject(readStrictJson(request.body, depth));
    const revision = new AnswerRevision(atLeast(decider, least, waiting), observers);
    return after(answer(body, revision, details), (answered) => responseOf(answered, revision));
  };
  // Whoever may not ask is told so first, and learns nothing of what they asked.
  const post = (request: ApiRequest): ApiResponse | Promise<ApiResponse> =>
    after(admit(request, action), () => {
      const details = readDetails(request.header('cardea-include'));
      if (!details.isConfidential) return answerAdmitted(request, details);
      return after(admit(request, 'inspect'), () => answerAdmitted(request, details));
    });
  return { POST: post };
}

/** With a header that says of which state of the policies it is, where anything was decided. */
function responseOf(answered: object, { oldest }: AnswerRevision): ApiResponse {
  if (oldest === undefined) return jsonResponse(answered);
  return { status: 200, headers: { ...HEADERS, 'cardea-revision': String(oldest) }, body: JSON.stringify(answered) };
}
