import type { RuleData, TextArgument } from '../../model/policy.ts';
import { unsupported, type VaktRule } from './vakt-place.ts';
import { type Meaning, NO_TYPE, STRING, total } from './meaning.ts';
import { isTruthy } from './python-value.ts';

/** A rule of ours on texts. */
export type TextRule = '$strEqual' | '$startsWith' | '$endsWith' | '$contains';

/** vakt's rules on texts: false for every other value; without case, both sides in full lower case. */
export function lowerText(name: TextRule): (rule: VaktRule) => Meaning {
  return (rule) => {
    const value = rule.attributes.get('val');
    const ci = rule.attributes.get('ci');
    if (ci === undefined) return broken(rule, 'the rule has no `ci`');
    if (typeof value === 'string') return textual(name, isTruthy(ci) ? { value, ci: true } : value);
    // A text is never equal to another value, but it cannot start with one.
    if (value === undefined || name !== '$strEqual' || isTruthy(ci))
      return broken(rule, 'the rule has no string `val`');
    rule.changed.push({ path: rule.path, message: 'the `val` is no string, so this rule never matches' });
    return total({ $neither: true }, NO_TYPE);
  };
}

function textual(name: TextRule, argument: TextArgument): Meaning {
  const applies: RuleData = { [name]: argument };
  return { ...total({ $type: 'string', ...applies }, STRING), applies };
}

// It raises for texts only.
function broken(rule: VaktRule, reason: string): Meaning {
  const error = unsupported(rule, reason);
  return { ...error, exact: { $type: 'string', ...error.exact }, fails: error.raises & ~STRING, raises: STRING };
}
