import type { Json, JsonObject } from 'cardea';
import { isJsonObject } from 'cardea/ast';
import { RequestError } from '../http/request-error.ts';
import type { Decider } from './decider.ts';
import type { Details } from './details.ts';
import { type DecisionBody, evaluate } from './evaluation.ts';
import { member } from './read-parts.ts';

/** After which decision a batch ends; after none where there is nothing. */
const LAST: Readonly<Record<string, boolean | undefined>> = {
  execute_all: undefined,
  deny_on_first_deny: false,
  permit_on_first_permit: true,
};

/** How a batch is evaluated. */
export interface BatchOptions {
  readonly decider: Decider;
  readonly details: Details;
  /** How many items a request may have. */
  readonly most: number;
}

/**
 * Access Evaluations (AuthZEN 1.0 §7): several questions with what they have in common said once. A part of an item stands
 * for the whole part of the request (§7.1.1). An item that is not sound is denied, and the others are answered.
 *
 * @throws RequestError 400 when the request itself is not sound
 */
export async function evaluateAll(
  request: JsonObject,
  options: BatchOptions,
): Promise<DecisionBody | { readonly evaluations: readonly DecisionBody[] }> {
  const items = readItems(request, options.most);
  const last = readSemantic(request);
  if (items.length === 0) return evaluate(request, options.decider, options.details);
  const answer = (item: Json): DecisionBody | Promise<DecisionBody> => answerItem(item, request, options);
  if (last === undefined) {
    const answers = items.map(answer);
    if (answers.every((body): body is DecisionBody => !(body instanceof Promise))) return { evaluations: answers };
    return { evaluations: await Promise.all(answers.map(async (body) => body)) };
  }
  const evaluations: DecisionBody[] = [];
  for (const item of items) {
    // What comes after the last one must not be evaluated, so that one waits for the other.
    // oxlint-disable-next-line no-await-in-loop
    const body = await answer(item);
    evaluations.push(body);
    if (body.decision === last) break;
  }
  return { evaluations };
}

function readItems(request: JsonObject, most: number): readonly Json[] {
  const items = member(request, 'evaluations');
  if (items === undefined) return [];
  if (!Array.isArray(items)) throw new RequestError(400, '`evaluations` is not a list');
  if (items.length > most) throw new RequestError(400, `\`evaluations\` has more than ${most} items`);
  return items as readonly Json[];
}

function readSemantic(request: JsonObject): boolean | undefined {
  const options = member(request, 'options');
  if (options === undefined) return undefined;
  if (!isJsonObject(options)) throw new RequestError(400, '`options` is not an object');
  const semantic = member(options, 'evaluations_semantic');
  if (semantic === undefined) return undefined;
  if (typeof semantic === 'string' && Object.hasOwn(LAST, semantic)) return LAST[semantic];
  throw new RequestError(400, `\`options.evaluations_semantic\` is none of ${Object.keys(LAST).join(', ')}`);
}

function answerItem(
  item: Json,
  defaults: JsonObject,
  { decider, details }: BatchOptions,
): DecisionBody | Promise<DecisionBody> {
  try {
    if (!isJsonObject(item)) throw new RequestError(400, 'the item is not an object');
    const body = evaluate(item, decider, details, defaults);
    return body instanceof Promise ? body.catch(refused) : body;
  } catch (error) {
    return refused(error);
  }
}

/** What an item is answered with that is not sound; other failures are those of the whole request. */
function refused(error: unknown): DecisionBody {
  if (!(error instanceof RequestError)) throw error;
  const { status, message } = error;
  return { decision: false, context: { error: { status, message } } };
}
