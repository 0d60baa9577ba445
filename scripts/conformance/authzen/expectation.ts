import { canonicalJson, isJsonObject, type Json } from 'cardea/ast';

/** What a case expects of an answer; see `conformance/authzen/README.md`. */
export interface Expectation {
  readonly status: number;
  readonly decision?: boolean;
  /** Null for either. */
  readonly decisions?: readonly (boolean | null)[];
  readonly results?: readonly Json[];
  readonly resultsInclude?: readonly Json[];
  readonly resultsExclude?: readonly Json[];
  readonly resultsType?: string;
  readonly resultsMax?: number;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** What is wrong with an answer; undefined where nothing is. */
export function problemOf({ status, body }: Answer, expected: Expectation): string | undefined {
  if (status !== expected.status) return `status ${status} instead of ${expected.status}: ${canonicalJson(body)}`;
  if (!isJsonObject(body)) return `the body is ${canonicalJson(body)}`;
  if (status !== 200) return typeof body['error'] === 'string' && body['error'] !== '' ? undefined : 'no message';
  const checks: readonly [unknown, () => boolean][] = [
    [expected.decision, () => body['decision'] === expected.decision],
    [expected.decisions, () => sameDecisions(body['evaluations'], expected.decisions ?? [])],
    [expected.results, () => sameTexts(textsOf(body), (expected.results ?? []).map(canonicalJson))],
    [
      expected.resultsInclude,
      () => (expected.resultsInclude ?? []).every((one) => textsOf(body).includes(canonicalJson(one))),
    ],
    [
      expected.resultsExclude,
      () => (expected.resultsExclude ?? []).every((one) => !textsOf(body).includes(canonicalJson(one))),
    ],
    [
      expected.resultsType,
      () => resultsOf(body).every((one) => isJsonObject(one) && one['type'] === expected.resultsType),
    ],
    [expected.resultsMax, () => resultsOf(body).length <= (expected.resultsMax ?? 0)],
  ];
  const failed = checks.some(([wanted, holds]) => wanted !== undefined && !holds());
  return failed ? `${canonicalJson(body)} instead of ${JSON.stringify(expected)}` : undefined;
}

function sameDecisions(given: Json | undefined, expected: readonly (boolean | null)[]): boolean {
  if (!Array.isArray(given) || given.length !== expected.length) return false;
  return (given as readonly Json[]).every((item, at) => {
    const decision = isJsonObject(item) ? item['decision'] : undefined;
    return typeof decision === 'boolean' && (expected[at] === null || decision === expected[at]);
  });
}

function resultsOf(body: Json): readonly Json[] {
  const results = isJsonObject(body) ? body['results'] : undefined;
  return Array.isArray(results) ? (results as readonly Json[]) : [];
}

function textsOf(body: Json): readonly string[] {
  return resultsOf(body).map((result) => canonicalJson(result));
}

function sameTexts(left: readonly string[], right: readonly string[]): boolean {
  return left.toSorted().join('\n') === right.toSorted().join('\n');
}
