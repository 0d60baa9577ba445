import type { Decision, Explanation, Json, JsonObject } from 'cardea';
import { RequestError } from '../http/request-error.ts';

/** What an answer says besides the decision, where the caller asks for it. */
export type Detail = 'obligations' | 'revision' | 'outcome' | 'deciders' | 'diagnostics' | 'explanation';

/** What each tells of the policies: who may only ask for decisions is not told why. */
const IS_CONFIDENTIAL: Readonly<Record<Detail, boolean>> = {
  obligations: false,
  revision: false,
  outcome: false,
  deciders: true,
  diagnostics: true,
  explanation: true,
};

/** The details that a request asks for. */
export interface Details {
  readonly names: ReadonlySet<Detail>;
  /** Whether one of them tells of the policies. */
  readonly isConfidential: boolean;
}

/** Nothing but the decision. */
export const NO_DETAILS: Details = { names: new Set(), isConfidential: false };

/**
 * Reads the header `Cardea-Include`: names of details with commas between. A header is what the standard leaves to
 * extensions (AuthZEN 1.0 §4), so that a body without it is as it says.
 *
 * @throws RequestError 400 when one is unknown
 */
export function readDetails(header: string | undefined): Details {
  if (header === undefined) return NO_DETAILS;
  const names = header.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(IS_CONFIDENTIAL, name));
  if (unknown !== undefined)
    throw new RequestError(400, `\`Cardea-Include\` names what is none of ${Object.keys(IS_CONFIDENTIAL).join(', ')}`);
  const wanted = new Set(names as readonly Detail[]);
  return { names: wanted, isConfidential: [...wanted].some((name) => IS_CONFIDENTIAL[name]) };
}

/** The context of an answer; undefined where nothing was asked for. */
export function contextOf(
  decision: Decision,
  explanation: Explanation | undefined,
  { names }: Details,
): JsonObject | undefined {
  if (names.size === 0) return undefined;
  const { outcome, obligations, revision, deciders, diagnostics } = decision;
  const all: Readonly<Record<Detail, unknown>> = { outcome, obligations, revision, deciders, diagnostics, explanation };
  return Object.fromEntries([...names].map((name) => [name, all[name] as Json]));
}
