import { isCardeaError } from '../../errors.ts';
import type { AttributeRules, Element, Policy, RuleData } from '../../model/policy.ts';
import type { Tags } from '../phrase.ts';
import { lowerVaktRule } from './lower-vakt-rule.ts';
import { unsupported, type VaktPlace, within } from './vakt-place.ts';
import { callRule, type Meaning } from './meaning.ts';
import { type SeveralParts, vaktPattern } from './phrase-pattern.ts';
import { pythonText } from './python-text.ts';
import { isDict, type Python, type PythonDict } from './python-value.ts';
import { languageOf } from './regex/language.ts';
import { nativePattern } from './regex/native.ts';
import type { VaktPolicy } from './vakt-policy.ts';

/** The checker that the guard of vakt used: it decides what a string element means. */
export type VaktChecker = 'rules' | 'regex' | 'exact' | 'fuzzy';

/** How the elements of a policy are read. */
export interface LowerVaktOptions {
  readonly checker: VaktChecker;
  readonly tags: Tags;
  readonly severalParts: SeveralParts;
}

/**
 * Lowers a policy of vakt to one of ours that means the same under our default checker: what the given checker
 * of vakt never matches, never matches.
 */
export function lowerVaktPolicy(policy: VaktPolicy, options: LowerVaktOptions, place: VaktPlace): Policy {
  const effect = policy.effect === 'allow' ? 'allow' : 'deny';
  if (effect === 'deny' && policy.effect !== 'deny')
    note(within(place, 'effect'), 'everything but `allow` denies, and is now written `deny`');
  const field = (name: 'subjects' | 'actions' | 'resources'): readonly Element[] =>
    lowerField(policy[name], effect, options, within(place, name));
  const context = lowerContext(policy.context, effect, within(place, 'context'));
  const { description } = policy;
  return {
    uid: uidText(policy.uid, within(place, 'uid')),
    effect,
    subjects: field('subjects'),
    actions: field('actions'),
    resources: field('resources'),
    ...(policy.context.size > 0 ? { context } : {}),
    ...(description === null ? {} : { description: pythonText(description) }),
  };
}

const NEVER: RuleData = { $neither: true };

function uidText(uid: Python, place: VaktPlace): string {
  if (typeof uid !== 'string') note(place, 'the uid is no string, and is now its text');
  return pythonText(uid);
}

function lowerField(
  elements: readonly Python[],
  effect: Policy['effect'],
  options: LowerVaktOptions,
  place: VaktPlace,
): readonly Element[] {
  const lowered: Element[] = [];
  for (const [at, element] of elements.entries()) {
    const stop = place.refused.length;
    const rule = lowerElement(element, options, within(place, at));
    if (rule !== NEVER) lowered.push(rule);
    // vakt stops at a string it cannot read; what follows has never granted anything, but may have been meant to deny.
    if (effect === 'allow' && typeof element === 'string' && place.refused.length > stop) break;
  }
  if (lowered.length > 0) return lowered;
  note(
    place,
    elements.length === 0
      ? 'an empty field never matches'
      : `the ${options.checker} checker reads none of these elements, so they never match`,
  );
  return [NEVER];
}

function lowerElement(element: Python, options: LowerVaktOptions, place: VaktPlace): Element {
  const { checker } = options;
  if (typeof element === 'string') return checker === 'rules' ? NEVER : STRINGS[checker](element, options, place);
  if (checker !== 'rules') return NEVER;
  return isDict(element) ? lowerDictionary(element, place) : lowerVaktRule(element, place).applies;
}

function lowerDictionary(rules: PythonDict, place: VaktPlace): Element {
  if (rules.size === 0) return NEVER;
  return attributeRules(rules, (rule, at) => lowerVaktRule(rule, at).applies, place);
}

function lowerContext(rules: PythonDict, effect: Policy['effect'], place: VaktPlace): AttributeRules {
  return attributeRules(
    rules,
    (rule, at) => (effect === 'allow' ? lowerVaktRule(rule, at).applies : denied(lowerVaktRule(rule, at))),
    place,
  );
}

function attributeRules(
  rules: PythonDict,
  lower: (rule: Python, place: VaktPlace) => RuleData,
  place: VaktPlace,
): AttributeRules {
  const entries = Array.from(rules, ([name, rule]) => [
    name.startsWith('$') ? `$${name}` : name,
    lower(rule, within(place, name)),
  ]);
  return Object.fromEntries(entries) as AttributeRules;
}

/**
 * In a context, an exception denied whatever was asked. It still does where the policy denies; where it
 * allows, it just does not apply (Q3 of the migration guide).
 */
function denied({ applies, exact, raises }: Meaning): RuleData {
  return raises === 0 ? applies : { $or: [applies, { $and: [exact, callRule('vakt.raised', [])] }] };
}

const STRINGS: Readonly<
  Record<Exclude<VaktChecker, 'rules'>, (text: string, options: LowerVaktOptions, place: VaktPlace) => RuleData>
> = {
  regex: lowerTagged,
  exact: (text, { tags }, place) =>
    text === '' ? unsupported(place, EMPTY_ELEMENT).applies : { $eq: untagged(text, tags) },
  fuzzy: (text, { tags }, place) =>
    text === '' ? unsupported(place, EMPTY_ELEMENT).applies : { $partOf: untagged(text, tags) },
};

const EMPTY_ELEMENT = 'an empty string makes the exact and the fuzzy checker of vakt raise';

// More texts than this are better told by a pattern.
const MAX_TEXTS = 16;

function lowerTagged(text: string, { tags, severalParts }: LowerVaktOptions, place: VaktPlace): RuleData {
  if (!tags.some((tag) => text.includes(tag))) return { $eq: text };
  try {
    const { node } = vaktPattern(text, ...tags, severalParts);
    const body = node.kind === 'sequence' ? { ...node, of: node.of.slice(1, -1) } : node;
    const texts = languageOf(body, MAX_TEXTS);
    // Python's `$` also holds before a last line break.
    if (texts !== undefined && texts.length > 0) return { $in: texts.flatMap((whole) => [whole, `${whole}\n`]) };
    const native = nativePattern(node);
    return native === undefined
      ? callRule('vakt.phrase', severalParts === 'each' ? [text, ...tags] : [text, ...tags, severalParts])
      : { $regexMatch: native };
  } catch (error) {
    if (isCardeaError(error)) return unsupported(place, error.message).applies;
    throw error;
  }
}

function untagged(text: string, [start, end]: Tags): string {
  return text.startsWith(start) && text.endsWith(end) ? text.slice(start.length, -end.length) : text;
}

function note(place: VaktPlace, message: string): void {
  place.changed.push({ path: place.path, message });
}
