import type { ApiRequest } from '../http/exchange.ts';
import { RequestError } from '../http/request-error.ts';

/** Which page a query asks for. */
export interface PageQuery {
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * @param most how many a page has at most, and where the query does not say
 * @throws RequestError 400 when `limit` is no whole number from 1 on
 */
export function pageQuery({ query }: ApiRequest, most: number): PageQuery {
  const parameters = new URLSearchParams(query);
  const limit = parameters.get('limit') ?? String(most);
  if (!/^[1-9]\d{0,8}$/.test(limit)) throw new RequestError(400, '`limit` is not a whole number from 1 on');
  return { after: parameters.get('after') ?? undefined, limit: Math.min(Number(limit), most) };
}

/**
 * The value of a parameter that is one of a few.
 *
 * @throws RequestError 400 when it is another
 */
export function choiceOf<T extends string>({ query }: ApiRequest, name: string, choices: readonly [T, ...T[]]): T {
  const given = new URLSearchParams(query).get(name) ?? choices[0];
  const choice = choices.find((each) => each === given);
  if (choice === undefined) throw new RequestError(400, `\`${name}\` is none of ${choices.join(', ')}`);
  return choice;
}
