import type { Json, JsonObject } from 'cardea';
import { isJsonObject } from 'cardea/ast';
import { RequestError } from '../http/request-error.ts';
import type { Decide } from './decider.ts';
import type { Details } from './details.ts';
import { type DecisionBody, evaluate } from './evaluation.ts';
import { member } from './read-parts.ts';

/** After which decision a batch ends; after none where there is nothing. */
const LAST: Readonly<Record<string, boolean | undefined>> = {
  execute_all: undefined,
  deny_on_first_deny: false,
  permit_on_first_permit: true,
};

const PARTS = ['subject', 'action', 'resource', 'context'] as const;

/** How a batch is evaluated. */
export interface BatchOptions {
  readonly decide: Decide;
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
  if (items.length === 0) return evaluate(request, options.decide, options.details);
  const defaults = pick(request);
  const answer = (item: Json): Promise<DecisionBody> => answerItem(item, defaults, options);
  if (last === undefined) return { evaluations: await Promise.all(items.map(answer)) };
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

function pick(holder: JsonObject): JsonObject {
  return Object.fromEntries(
    PARTS.flatMap((part) => (Object.hasOwn(holder, part) ? [[part, holder[part] as Json]] : [])),
  );
}

async function answerItem(item: Json, defaults: JsonObject, { decide, details }: BatchOptions): Promise<DecisionBody> {
  try {
    if (!isJsonObject(item)) throw new RequestError(400, 'the item is not an object');
    return await evaluate({ ...defaults, ...pick(item) }, decide, details);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { status, message } = error;
    return { decision: false, context: { error: { status, message } } };
  }
}
