import type { RuleData } from '../../model/policy.ts';
import { unsupported, type VaktRule } from './vakt-place.ts';
import { callRule, type Meaning, total } from './meaning.ts';
import { pythonText } from './python-text.ts';
import { isInstance, type Python } from './python-value.ts';
import { knownPythonRegex, type PythonRegex } from './regex/index.ts';
import { nativePattern } from './regex/native.ts';
import { RegexSyntaxError, RegexUnsupportedError } from './regex/tree.ts';
import { PATTERN_CLASS } from './rule-classes.ts';

/** vakt's `RegexMatch`: from the start of Python's `str(what)`. It never raises. */
export function lowerRegex(rule: VaktRule): Meaning {
  const regex = rule.attributes.get('regex') ?? null;
  if (!isInstance(regex))
    return unsupported(
      rule,
      'the rule has lost its pattern (storing it in SQL does that when two rules have the same)',
    );
  const pattern = regex.attributes.get('pattern');
  const flags = regex.attributes.get('flags') ?? 0n;
  if (regex.class !== PATTERN_CLASS)
    return unsupported(
      rule,
      `the pattern was written as ${regex.class} by Python 3.6 or older; vakt on a later Python cannot use it`,
    );
  if (typeof pattern !== 'string' || typeof flags !== 'bigint') return unsupported(rule, 'the pattern is no string');
  try {
    return lowerPattern(pattern, Number(flags));
  } catch (error) {
    if (error instanceof RegexSyntaxError)
      return unsupported(rule, `the pattern is no valid expression: ${error.message}`);
    if (error instanceof RegexUnsupportedError)
      return unsupported(rule, `the pattern cannot be matched in linear time: ${error.message}`);
    throw error;
  }
}

function lowerPattern(pattern: string, flags: number): Meaning {
  const regex = knownPythonRegex(pattern, flags);
  // Stored flags may lack those that the pattern sets itself, or all of them.
  const exact = callRule('vakt.regexMatch', [pattern, regex.flags]);
  const native = nativePattern(regex.node);
  if (native === undefined || mayMatchCollections(regex)) return total(exact);
  const words = WORDS.filter((word) => regex.test(pythonText(word)));
  const text: RuleData = { $regexMatch: native };
  return { ...total(exact), applies: words.length === 0 ? text : { $or: [text, { $in: words }] } };
}

// What is no string is matched by its text in Python. These three are known; the others by their first character.
const WORDS: readonly (null | boolean)[] = [null, true, false] satisfies readonly Python[];
const FIRST_CHARACTERS = Array.from('-0123456789[{(sbin');

function mayMatchCollections(regex: PythonRegex): boolean {
  return FIRST_CHARACTERS.some((char) => regex.mayBeginWith(char));
}
