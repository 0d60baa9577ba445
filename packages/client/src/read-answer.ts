import { ClientError } from './client-error.ts';
import { isJsonObject, type Json, member } from './json.ts';
import type { Answer, BatchSemantic } from './question.ts';

/**
 * Reads a decision (AuthZEN 1.0 §5.5): nothing but the literal `true` is a permission, and what is neither `true` nor
 * `false` is no denial that anybody made.
 *
 * @throws ClientError `malformed`
 */
export function readAnswer(body: Json): Answer {
  const decision = isJsonObject(body) ? member(body, 'decision') : undefined;
  if (!isJsonObject(body) || typeof decision !== 'boolean') throw malformed('`decision` is no boolean');
  const context = member(body, 'context');
  // What stands there as null is not there (AuthZEN 1.0 §11).
  if (context === undefined || context === null) return { decision };
  if (!isJsonObject(context)) throw malformed('`context` is not an object');
  return { decision, context };
}

/** After which decision a batch ends. */
const LAST: Readonly<Record<BatchSemantic, boolean | undefined>> = {
  execute_all: undefined,
  deny_on_first_deny: false,
  permit_on_first_permit: true,
};

/**
 * Reads the decisions of a batch, which are as many as were asked for, or end where the semantic says (§7.2).
 *
 * @param asked how many items the batch has
 * @throws ClientError `malformed`
 */
export function readAnswers(body: Json, asked: number, semantic: BatchSemantic): readonly Answer[] {
  const given = isJsonObject(body) ? member(body, 'evaluations') : undefined;
  if (!Array.isArray(given)) throw malformed('`evaluations` is no list');
  const answers = (given as readonly Json[]).map(readAnswer);
  const last = LAST[semantic];
  const stop = last === undefined ? -1 : answers.findIndex(({ decision }) => decision === last);
  if (answers.length === asked && (stop === -1 || stop === asked - 1)) return answers;
  // Whatever comes after the end was not to be evaluated; some give it as denials all the same.
  if (stop !== -1 && answers.length <= asked) return answers.slice(0, stop + 1);
  throw malformed(`${asked} evaluations have ${answers.length} answers`);
}

/** @throws ClientError `stale` where an answer is not of the revision, or of none that it says */
export function requireRevision(answer: Answer, least: number | undefined): Answer {
  const { context = {} } = answer;
  // An item that could not be evaluated is denied at any revision.
  const isFailed = !answer.decision && Object.hasOwn(context, 'error');
  const revision = member(context, 'revision');
  if (least === undefined || isFailed || (typeof revision === 'number' && revision >= least)) return answer;
  const said = typeof revision === 'number' ? `is of revision ${revision}` : 'does not say of which revision it is';
  throw new ClientError('stale', `the answer ${said}, and ${least} was asked for`);
}

function malformed(message: string): ClientError {
  return new ClientError('malformed', `the answer is none of AuthZEN: ${message}`);
}
