import type { RuleData } from '../../model/policy.ts';
import { unsupported, type VaktRule } from './vakt-place.ts';
import { callRule, type Meaning, NO_TYPE, STRING, total } from './meaning.ts';
import { isTruthy } from './python-value.ts';

/** A rule of ours on texts. */
export type TextRule = '$strEqual' | '$startsWith' | '$endsWith' | '$contains';

/** vakt's rules on texts: false for every other value; without case, both sides in full lower case. */
export function lowerText(name: TextRule): (rule: VaktRule) => Meaning {
  return (rule) => {
    const value = rule.attributes.get('val');
    const ci = rule.attributes.get('ci');
    if (ci === undefined) return broken(rule, 'the rule has no `ci`');
    if (typeof value === 'string') return textual(isTruthy(ci) ? withoutCase(name, value) : { [name]: value });
    // A text is never equal to another value, but it cannot start with one.
    if (value === undefined || name !== '$strEqual' || isTruthy(ci))
      return broken(rule, 'the rule has no string `val`');
    rule.changed.push({ path: rule.path, message: 'the `val` is no string, so this rule never matches' });
    return total({ $neither: true }, NO_TYPE);
  };
}

// Python, as we do not, tells the sigma at the end of a word from the others; where the text has none, that is the same.
function withoutCase(name: TextRule, value: string): RuleData {
  return /[Σσς]/.test(value) ? callRule(`vakt.${name.slice(1)}`, [value]) : { [name]: { value, ci: true } };
}

function textual(applies: RuleData): Meaning {
  return { ...total({ $type: 'string', ...applies }, STRING), applies };
}

// It raises for texts only.
function broken(rule: VaktRule, reason: string): Meaning {
  const error = unsupported(rule, reason);
  return { ...error, exact: { $type: 'string', ...error.exact }, fails: error.raises & ~STRING, raises: STRING };
}
