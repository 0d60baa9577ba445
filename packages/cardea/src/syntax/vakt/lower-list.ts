import type { Json } from '../../ast/json.ts';
import type { RuleData } from '../../model/policy.ts';
import { equalLiterals } from './equal-literals.ts';
import { equalityRule } from './lower-comparison.ts';
import { unsupported, type VaktRule } from './vakt-place.ts';
import { ANY_TYPE, callRule, DICT, LIST, type Meaning, negation, NO_TYPE, OTHER, total } from './meaning.ts';
import { toJson } from './python-json.ts';
import { isList, isSet, type Python, pythonEqual } from './python-value.ts';

/** A rule of vakt on a set of values. */
export type ListRule = 'in' | 'notIn' | 'allIn' | 'allNotIn' | 'anyIn' | 'anyNotIn';

/**
 * vakt's rules on lists: they look values up in a set, which raises for what cannot be hashed, and take
 * nothing but lists where they speak of all or any. `AllNotIn` is the negation of `AllIn`, as `AnyNotIn` is.
 */
export function lowerList(name: ListRule): (rule: VaktRule) => Meaning {
  return (rule) => {
    const data = rule.attributes.get('data') ?? null;
    if (isSet(data)) return LOWERINGS[name](inOrder(data.items));
    // vakt never writes a list here; `in` a list compares without hashing.
    if (isList(data) && name === 'in')
      return data.length === 0 ? total({ $neither: true }, NO_TYPE) : total({ $or: data.map(equalityRule) });
    return unsupported(rule, 'the rule has no set `data`');
  };
}

const LOWERINGS: Readonly<Record<ListRule, (members: readonly Python[]) => Meaning>> = {
  in: membership,
  notIn: (members) => ({
    ...negation(membership(members)),
    applies: native(members, (list) => ({ $notIn: list, ...HASHABLE }), { $not: exactIn('vakt.in', members) }),
  }),
  allIn: (members) => quantified(members, 'vakt.allIn', (list) => ({ $allIn: list })),
  allNotIn: (members) => notAllIn(members, (list) => ({ $allNotIn: list, ...HASHABLE_ITEMS })),
  anyIn: (members) => quantified(members, 'vakt.anyIn', (list) => ({ $anyIn: list, ...HASHABLE_ITEMS })),
  anyNotIn: (members) => notAllIn(members, (list) => ({ $anyNotIn: list, ...HASHABLE_ITEMS })),
};

const HASHABLE: RuleData = { $custom: ['vakt.hashable'] };
const HASHABLE_ITEMS: RuleData = { $custom: ['vakt.hashableItems'] };

// A tuple, the one value of type OTHER that can be hashed, may hold a list.
function membership(members: readonly Python[]): Meaning {
  const exact = exactIn('vakt.in', members);
  return {
    applies: native(members, (list) => ({ $in: list }), exact),
    exact,
    holds: ANY_TYPE & ~(LIST | DICT),
    fails: ANY_TYPE & ~(LIST | DICT),
    raises: LIST | DICT | OTHER,
    size: 3,
  };
}

function quantified(members: readonly Python[], name: string, rule: (list: readonly Json[]) => RuleData): Meaning {
  const exact = exactIn(name, members);
  return { applies: native(members, rule, exact), exact, holds: LIST, fails: LIST, raises: ANY_TYPE, size: 3 };
}

function notAllIn(members: readonly Python[], rule: (list: readonly Json[]) => RuleData): Meaning {
  const exact: RuleData = { $not: exactIn('vakt.allIn', members) };
  return { applies: native(members, rule, exact), exact, holds: LIST, fails: LIST, raises: ANY_TYPE, size: 4 };
}

// The order in which Python wrote a set has no meaning; equal sets become equal rules.
function inOrder(members: readonly Python[]): readonly Python[] {
  const distinct = members.filter(
    (member, at) => !members.slice(0, at).some((earlier) => pythonEqual(earlier, member)),
  );
  const text = (member: Python): string => JSON.stringify(equalLiterals(member)?.[0] ?? toJson(member));
  return distinct.sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function exactIn(name: string, members: readonly Python[]): RuleData {
  return callRule(name, [members.map((member) => equalLiterals(member)?.[0] ?? toJson(member))]);
}

function native(members: readonly Python[], rule: (list: readonly Json[]) => RuleData, otherwise: RuleData): RuleData {
  const literals = members.map(equalLiterals);
  return literals.includes(undefined) ? otherwise : rule(literals.flatMap((list) => list ?? []));
}
