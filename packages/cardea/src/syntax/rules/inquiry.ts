import type { Rule, RuleData } from '../../model/policy.ts';

type Path = Exclude<NonNullable<RuleData['$subjectMatch']>, true>;

/**
 * The value equals the inquiry's subject, or an attribute of it. (vakt SubjectMatch)
 *
 * @param path one attribute, or a list of nested ones; the whole subject when absent
 *
 * @example
 * ```ts
 * resources: [{ ownerId: subjectMatch('id') }]
 * ```
 */
export function subjectMatch(path?: Path): Rule<unknown, never> {
  return { $subjectMatch: path ?? true };
}

/** The value equals the inquiry's action, or an attribute of it. (vakt ActionMatch) @example `actionMatch('method')` */
export function actionMatch(path?: Path): Rule<unknown, never> {
  return { $actionMatch: path ?? true };
}

/** The value equals the inquiry's resource, or an attribute of it. (vakt ResourceMatch) @example `resourceMatch(['owner', 'id'])` */
export function resourceMatch(path?: Path): Rule<unknown, never> {
  return { $resourceMatch: path ?? true };
}

/** The value is a string and equals the inquiry's subject, or its name. (vakt SubjectEqual) @example `{ author: subjectEqual() }` */
export function subjectEqual(): Rule<string, never> {
  return { $subjectEqual: true };
}

/** The value is a string and equals the inquiry's action, or its name. (vakt ActionEqual) @example `{ permitted: actionEqual() }` */
export function actionEqual(): Rule<string, never> {
  return { $actionEqual: true };
}

/** The value is a list that contains the inquiry's resource, or its name. (vakt ResourceIn) @example `{ folders: resourceIn() }` */
export function resourceIn(): Rule<readonly unknown[], never> {
  return { $resourceIn: true };
}
