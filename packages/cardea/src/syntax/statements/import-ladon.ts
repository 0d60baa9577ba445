import { quote } from '../../errors.ts';
import type { Json } from '../../ast/json.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Element, Policy, RuleData } from '../../model/policy.ts';
import { inside, type Place, report } from '../issue-collector.ts';
import { describe, isPlainObject } from '../plain-object.ts';
import { parsePolicy } from '../validate.ts';
import { readInput } from './read-input.ts';

/** How policies of Ladon or Keto are read. */
export interface LadonImportOptions {
  /** Whether expressions stand between `<` and `>`, as in Ladon; or every text is compared whole. `regex` when absent. */
  readonly flavor?: 'regex' | 'exact';
}

/**
 * Makes policies of those of ORY Ladon, or of the access control policies that ORY Keto kept in the same form: texts or
 * expressions for subjects, actions and resources, and conditions on the context. What no rule says,
 * `ResourceContainsCondition` for one, is refused by name, and nothing is imported then.
 *
 * @param input JSON text or objects: a policy, or a list of them
 *
 * @example
 * ```ts
 * importLadon([{ id: '1', subjects: ['<max|nina>'], actions: ['get'], resources: ['books:<.+>'], effect: 'allow' }]);
 * ```
 */
export function importLadon(input: unknown, { flavor = 'regex' }: LadonImportOptions = {}): Parsed<readonly Policy[]> {
  return readInput(input, (given, place) => {
    const list = (Array.isArray(given) ? given : [given]) as readonly unknown[];
    const met = new Set<string>();
    return list.flatMap((one, at) => {
      const here = Array.isArray(given) ? inside(place, at) : place;
      const policy = policyOf(one, flavor, here);
      if (policy === undefined) return [];
      if (met.has(policy.uid))
        report(inside(here, 'id'), 'CARDEA_DUPLICATE_UID', `two policies have the id ${quote(policy.uid)}`);
      met.add(policy.uid);
      return [policy];
    });
  });
}

const MEMBERS = ['id', 'description', 'subjects', 'effect', 'resources', 'actions', 'conditions', 'meta'];

function policyOf(given: unknown, flavor: 'regex' | 'exact', place: Place): Policy | undefined {
  if (!isPlainObject(given)) return wrong(place, `a policy is a dictionary, not a ${describe(given)}`);
  const before = place.issues.length;
  for (const name of Object.keys(given))
    if (!MEMBERS.includes(name))
      wrong(inside(place, name), `unknown member ${quote(name)}; the members are ${MEMBERS.join(', ')}`);
  const { id, description, effect, meta } = given;
  const [subjects, actions, resources] = (['subjects', 'actions', 'resources'] as const).map((name) =>
    elementsOf(given[name], flavor, inside(place, name)),
  );
  const context = contextOf(given['conditions'], inside(place, 'conditions'));
  if (place.issues.length > before) return undefined;
  const parsed = parsePolicy({
    uid: id,
    effect,
    subjects,
    actions,
    resources,
    context,
    ...(typeof description === 'string' && description !== '' ? { description } : {}),
    ...(meta === undefined || meta === null ? {} : { labels: { meta: JSON.stringify(meta) } }),
  });
  if (parsed.ok) return parsed.value;
  for (const { code, message, path } of parsed.issues)
    report(path.map((part) => NAMES.get(part) ?? part).reduce(inside<Place>, place), code, message);
  return undefined;
}

/** The members of a policy that have another name there. */
const NAMES: ReadonlyMap<string | number, string> = new Map([
  ['uid', 'id'],
  ['context', 'conditions'],
]);

function elementsOf(given: unknown, flavor: 'regex' | 'exact', place: Place): readonly Element[] {
  const list = (given ?? []) as unknown;
  if (!Array.isArray(list)) {
    wrong(place, `must be a list of texts, not a ${describe(list)}`);
    return [];
  }
  const texts = list.filter(
    (text, at): text is string =>
      typeof text === 'string' || wrong(inside(place, at), `must be a text, not a ${describe(text)}`) !== undefined,
  );
  // Of nothing, nothing fits.
  if (texts.length === 0) return [{ $neither: true }];
  return flavor === 'regex' ? texts : texts.map((text) => ({ $eq: text }));
}

function contextOf(given: unknown, place: Place): Readonly<Record<string, RuleData>> {
  if (given === undefined || given === null) return {};
  if (!isPlainObject(given)) {
    wrong(place, `conditions are a dictionary by attribute, not a ${describe(given)}`);
    return {};
  }
  const rules = Object.keys(given).map((name) => [name, conditionOf(given[name], inside(place, name))] as const);
  return Object.fromEntries(
    rules.flatMap(([name, rule]) =>
      rule === undefined ? [] : [[name.startsWith('$') ? `$${name}` : name, rule] as const],
    ),
  );
}

function conditionOf(given: unknown, place: Place): RuleData | undefined {
  const type = isPlainObject(given) ? given['type'] : undefined;
  const options = isPlainObject(given) && isPlainObject(given['options']) ? given['options'] : {};
  const rule = typeof type === 'string' ? CONDITIONS.get(type) : undefined;
  if (rule !== undefined) return rule(options);
  const known = [...CONDITIONS.keys()].join(', ');
  report(
    place,
    'CARDEA_UNSUPPORTED',
    `no rule says what a condition of type ${quote(type ?? null)} does; those that have one are ${known}`,
  );
  return undefined;
}

type Options = Readonly<Record<string, unknown>>;

const CONDITIONS = new Map<string, (options: Options) => RuleData>([
  ['StringEqualCondition', ({ equals }) => ({ $strEqual: equals as string })],
  ['StringMatchCondition', ({ matches }) => ({ $regexMatch: matches as string })],
  ['StringPairsEqualCondition', () => ({ $strPairsEqual: true })],
  ['EqualsSubjectCondition', () => ({ $subjectEqual: true })],
  ['CIDRCondition', ({ cidr }) => ({ $cidr: cidr as string })],
  ['BooleanCondition', ({ value }) => ({ $type: 'boolean', $eq: value as Json })],
]);

function wrong(place: Place, message: string): undefined {
  report(place, 'CARDEA_INVALID_POLICY', message);
  return undefined;
}
