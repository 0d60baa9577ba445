import type { AttributeRules, Policy } from '../../model/policy.ts';
import type { Parsed } from '../../model/parsed.ts';
import { isPlainObject } from '../plain-object.ts';
import { quote } from '../../errors.ts';
import { inside, type Place, report } from '../issue-collector.ts';
import { parsePolicy } from '../validate.ts';
import { lowerStatement, type StatementDialect } from './lower-statement.ts';
import { PATTERN_DIALECT } from './pattern-dialect.ts';
import { readInput } from './read-input.ts';
import type { StatementHolder } from './statement.ts';
import { statementUid } from './statement-uid.ts';

/**
 * Makes policies of the statements that are attached to a user, a group, a role or everyone: JSON text, one statement, a
 * list of them, or a document with `Statement`. They decide as the statements do, and are policies as all others: stored,
 * explained, audited, linted and filtered by.
 *
 * They read `type`, `id`, `groups` and `roles` of the subject, as {@link principal} gives them. Everything that is wrong
 * is reported at once, with its path.
 *
 * @example
 * ```ts
 * const parsed = policiesOfStatements('{"Effect": "Allow", "Action": "footprint:get.*", "Resource": "kamId:94"}', { group: 'kam' });
 * if (parsed.ok) await storage.addAll(parsed.value);
 * ```
 */
export function policiesOfStatements(input: unknown, holder: StatementHolder): Parsed<readonly Policy[]> {
  return readInput(input, (given, place) => lowerAttached(given, { holder, subjects: subjectsOf(holder) }, place));
}

/** Statements of one holder, and the subjects to whom they apply. */
export interface Holding {
  readonly holder: StatementHolder;
  readonly subjects: readonly AttributeRules[];
  /** How statements are read: with patterns where absent. */
  readonly dialect?: StatementDialect;
}

/** The subjects to whom the statements of a holder apply who is nested in no group. */
export function subjectsOf(holder: StatementHolder): readonly AttributeRules[] {
  if (holder === 'everyone') return [];
  if ('user' in holder) return [{ type: 'user', id: holder.user }];
  return 'group' in holder ? [inOneOf('groups', [holder.group])] : [inOneOf('roles', [holder.role])];
}

/** The subjects that have one of these in a list. */
export function inOneOf(list: 'groups' | 'roles', names: readonly string[]): AttributeRules {
  return { [list]: { $anyIn: names } };
}

/** Lowers what is attached to a holder; reports what is wrong with it. */
export function lowerAttached(
  given: unknown,
  { holder, subjects, dialect = PATTERN_DIALECT }: Holding,
  place: Place,
): readonly Policy[] {
  const met = new Set<string>();
  return statementsIn(given, place).flatMap(([statement, at], index) => {
    const sid = isPlainObject(statement) ? statement['Sid'] : undefined;
    const isNamed = typeof sid === 'string' && sid !== '';
    if (sid !== undefined && !isNamed)
      report(inside(at, 'Sid'), 'CARDEA_INVALID_STATEMENT', `must be a text that is not empty, not ${quote(sid)}`);
    if (isNamed && met.has(sid))
      report(inside(at, 'Sid'), 'CARDEA_INVALID_STATEMENT', `two statements have the Sid ${quote(sid)}`);
    if (isNamed) met.add(sid);
    const uid = statementUid(holder, isNamed ? sid : index);
    const policy = lowerStatement(statement, { uid, subjects }, dialect, at);
    if (policy === undefined) return [];
    const parsed = parsePolicy(policy);
    if (parsed.ok) return [parsed.value];
    // What the statement allows and a policy does not: texts that are too long, dictionaries that are too deep.
    for (const { code, message } of parsed.issues) report(at, code, message);
    return [];
  });
}

type PlacedStatement = readonly [statement: unknown, place: Place];

/** The statements of one, of a list, or of documents with `Statement`. */
function statementsIn(given: unknown, place: Place): readonly PlacedStatement[] {
  if (Array.isArray(given)) return given.flatMap((one: unknown, at) => statementsIn(one, inside(place, at)));
  if (!isPlainObject(given) || !Object.hasOwn(given, 'Statement')) return [[given, place]];
  for (const name of Object.keys(given)) {
    if (!['Version', 'Id', 'Statement'].includes(name))
      report(
        inside(place, name),
        'CARDEA_INVALID_STATEMENT',
        `unknown member ${quote(name)}; a document has \`Statement\`, \`Version\` and \`Id\``,
      );
  }
  return statementsIn(given['Statement'], inside(place, 'Statement'));
}
