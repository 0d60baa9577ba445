import { isJsonObject } from '../ast/json.ts';
import type { Policy } from '../model/policy.ts';

/** A rule as it stands in a policy: one `$` member, its argument, and where it is. */
export interface PlacedRule {
  readonly name: string;
  readonly argument: unknown;
  readonly path: readonly (string | number)[];
}

/** Every rule of a policy in reading order, those inside others after them. Arguments are not looked into. */
export function rulesOf(policy: Policy): readonly PlacedRule[] {
  const fields = (['subjects', 'actions', 'resources'] as const).flatMap((field) =>
    policy[field].flatMap((element, at) => rulesIn(element, [field, at])),
  );
  return [...fields, ...rulesIn(policy.context, ['context'])];
}

function rulesIn(data: unknown, path: PlacedRule['path']): readonly PlacedRule[] {
  if (!isJsonObject(data)) return [];
  return Object.keys(data).flatMap((name) => {
    const argument: unknown = data[name];
    const here = [...path, name];
    if (!name.startsWith('$') || name.startsWith('$$')) return rulesIn(argument, here);
    return [{ name, argument, path: here }, ...inside(name, argument, here)];
  });
}

function inside(name: string, argument: unknown, path: PlacedRule['path']): readonly PlacedRule[] {
  if (name === '$not' || name === '$some' || name === '$every' || name === '$attributes')
    return rulesIn(argument, path);
  if ((name !== '$and' && name !== '$or') || !Array.isArray(argument)) return [];
  return argument.flatMap((rule: unknown, at) => rulesIn(rule, [...path, at]));
}
