import type { Json } from '../../ast/json.ts';
import type { RuleData } from '../../model/policy.ts';
import { equalLiterals } from './equal-literals.ts';
import { unsupported, type VaktRule } from './vakt-place.ts';
import {
  ANY_TYPE,
  argument,
  BOOLEAN,
  callRule,
  DICT,
  LIST,
  type Meaning,
  negation,
  NO_TYPE,
  NULL,
  NUMBER,
  OTHER,
  STRING,
  total,
  type Types,
} from './meaning.ts';
import { toJson } from './python-json.ts';
import { type OrderOperator, pythonCompare } from './python-order.ts';
import { asNumber, isDict, isList, isTuple, type Python } from './python-value.ts';

/** vakt's `Eq`: Python's `==`, a tuple at the top being taken for a list. It never raises. */
export function lowerEquality(rule: VaktRule): Meaning {
  const given = rule.attributes.get('val');
  if (given === undefined) return unsupported(rule, 'the rule has no `val`');
  const value = isTuple(given) ? given.items : given;
  return total(equalityRule(value), typesOf(value));
}

/** The rule that Python's `==` with a value is. */
export function equalityRule(value: Python): RuleData {
  const literals = equalLiterals(value);
  if (literals === undefined) return callRule('vakt.equal', [toJson(value)]);
  return literals.length === 1 ? { $eq: argument(literals[0] as Json) } : { $in: literals };
}

/** vakt's `NotEq`: Python's `!=`, the negation of {@link lowerEquality}. */
export function lowerInequality(rule: VaktRule): Meaning {
  const equality = lowerEquality(rule);
  const { $eq, $in } = equality.exact;
  if ($eq !== undefined) return total({ $notEq: $eq });
  if ($in !== undefined) return total({ $notIn: $in });
  return equality.raises === NO_TYPE ? negation(equality) : equality;
}

/** vakt's `Greater`, `Less` and their kin: they raise for values whose types have no order. */
export function lowerComparison(operator: OrderOperator): (rule: VaktRule) => Meaning {
  return (rule) => {
    const value = rule.attributes.get('val');
    if (value === undefined) return unsupported(rule, 'the rule has no `val`');
    const comparable = comparableTypes(value);
    if (comparable === NO_TYPE)
      rule.changed.push({
        path: rule.path,
        message: 'this rule compares with a value that has no order, so it has never matched and never will',
      });
    const exact = callRule(`vakt.${operator}`, [toJson(value)]);
    // Lists are comparable only up to their first difference.
    const raises = (comparable & (LIST | OTHER)) === 0 ? ANY_TYPE & ~comparable : ANY_TYPE;
    return {
      applies: nativeComparison(operator, value) ?? (comparable === NO_TYPE ? { $neither: true } : exact),
      exact,
      holds: comparable,
      fails: comparable,
      raises,
      size: 3,
    };
  };
}

const NATIVE = {
  greater: '$greater',
  less: '$less',
  greaterOrEqual: '$greaterOrEqual',
  lessOrEqual: '$lessOrEqual',
} as const;

function nativeComparison(operator: OrderOperator, value: Python): RuleData | undefined {
  if (typeof value === 'string') return { [NATIVE[operator]]: value };
  const number = asNumber(value);
  const literal =
    number === undefined
      ? undefined
      : toJson(typeof number === 'number' && Number.isInteger(number) ? BigInt(number) : number);
  if (typeof literal !== 'number') return undefined;
  const rule: RuleData = { [NATIVE[operator]]: literal };
  const booleans = [true, false].filter((truth) => pythonCompare(operator, truth, value) === true);
  return booleans.length === 0 ? rule : { $or: [rule, { $in: booleans }] };
}

// An integer that no double holds is a marked value, hence OTHER.
function comparableTypes(value: Python): Types {
  if (asNumber(value) !== undefined) return NUMBER | BOOLEAN | OTHER;
  if (typeof value === 'string') return STRING;
  if (isList(value)) return LIST;
  return value === null || isDict(value) || (typeof value === 'object' && value.py === 'instance') ? NO_TYPE : OTHER;
}

function typesOf(value: Python): Types {
  if (value === null) return NULL;
  if (asNumber(value) !== undefined) return NUMBER | BOOLEAN | OTHER;
  if (typeof value === 'string') return STRING;
  if (isList(value)) return LIST;
  return isDict(value) ? DICT : OTHER;
}
