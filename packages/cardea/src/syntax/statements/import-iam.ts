import { quote } from '../../errors.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Policy, RuleData } from '../../model/policy.ts';
import { type Place, report } from '../issue-collector.ts';
import { describe } from '../plain-object.ts';
import { globPattern } from './glob.ts';
import type { StatementDialect } from './lower-statement.ts';
import { lowerAttached, subjectsOf } from './policies-of-statements.ts';
import { readInput } from './read-input.ts';
import type { StatementHolder } from './statement.ts';
import { attributePath, type AttributePath } from './variables.ts';

/**
 * Makes policies of identity policies in the form of AWS IAM: actions and resources are whole names with `*` and `?`,
 * actions without case. `aws:username` is the id of the subject, `aws:PrincipalTag/x` an attribute of it,
 * `aws:ResourceTag/x` one of the resource; every other key is an attribute of the context, in lower case:
 * `aws:SourceIp` is `aws:sourceip`. A variable stands for a whole value of a condition.
 *
 * @param input JSON text or objects: a document with `Statement`, or statements
 * @param holder to whom the policies are attached
 *
 * @example
 * ```ts
 * importIam({ Statement: { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::books/*' } }, { role: 'reader' });
 * ```
 */
export function importIam(input: unknown, holder: StatementHolder): Parsed<readonly Policy[]> {
  return readInput(input, (given, place) =>
    lowerAttached(given, { holder, subjects: subjectsOf(holder), dialect: IAM_DIALECT }, place),
  );
}

const IAM_DIALECT: StatementDialect = {
  action: (given, place) => whole(given, place, (glob) => globPattern(glob).replace('(?s)', '(?is)')),
  resource: (given, place) => whole(given, place, globPattern),
  attributeOf,
};

function whole(given: unknown, place: Place, patternOf: (glob: string) => string): RuleData | undefined {
  if (given === '*') return { $any: true };
  if (typeof given === 'string' && !/\$\{[^*?$]/.test(given)) return { $regexMatch: patternOf(given) };
  const message =
    typeof given === 'string'
      ? `a variable in ${quote(given)} stands in a name with wildcards, which no rule compares; write a condition instead`
      : `a name is a text, not a ${describe(given)}`;
  report(place, typeof given === 'string' ? 'CARDEA_UNSUPPORTED' : 'CARDEA_INVALID_STATEMENT', message);
  return undefined;
}

function attributeOf(key: string): AttributePath | undefined {
  if (key === '') return undefined;
  const lower = key.toLowerCase();
  if (lower === 'aws:username') return { of: 'subject', path: ['id'] };
  const tag = /^aws:(principal|resource)tag\/(.+)$/is.exec(key);
  if (tag !== null)
    return { of: tag[1]?.toLowerCase() === 'principal' ? 'subject' : 'resource', path: [tag[2] as string] };
  return attributePath(key) ?? { of: 'context', path: [lower] };
}
