import { allOf, anyOf, call, FALSE, test, value } from '../ast/build.ts';
import { CATEGORIES, type Category, type Condition, type Operand } from '../ast/condition.ts';
import { documentPattern } from '../ast/pattern/document-pattern.ts';
import { splitLookAheads } from '../ast/pattern/look-aheads.ts';
import { parsePattern } from '../ast/pattern/parse.ts';
import { patternCondition } from '../ast/pattern/shape.ts';
import { type ErrorCode, quote } from '../errors.ts';
import { type Place, report } from './issue-collector.ts';
import { describe } from './plain-object.ts';
import type { RulePlace } from './rule-place.ts';

/** Lowers the rule `$documentMatch`: a pattern that is searched in the document of the value. */
export function lowerDocumentMatch(argument: unknown, place: RulePlace): Condition {
  if (typeof argument !== 'string')
    return wrong(place, 'CARDEA_INVALID_RULE', `this rule takes a pattern, not a ${describe(argument)}`);
  const document = call('document', place.what);
  if (argument.includes('${')) return lowerTemplate(argument, document, place);
  // Nothing in a document depends on flags.
  const split = splitLookAheads(argument.replace(/^\(\?[ims]+\)/, ''));
  if (!split.ok) return wrong(place, split.problem.code, split.problem.message);
  return anyOf(split.value.map((patterns) => allOf(patterns.map((pattern) => lowerOne(pattern, document, place)))));
}

function lowerOne(pattern: string, document: Operand, place: Place): Condition {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) return wrong(place, parsed.problem.code, parsed.problem.message);
  const condition = patternCondition(document, documentPattern(pattern, parsed.node));
  // A document is always a text.
  const [first, ...others] = condition.kind === 'and' ? condition.of : [];
  return first !== undefined && isAboutType(first) ? allOf(others) : condition;
}

function isAboutType(condition: Condition): boolean {
  return condition.kind === 'test' && condition.op === 'isType';
}

const VARIABLE = /\$\{([^}]*)\}/;

/** A literal with attributes of the inquiry in it. Their values are literals too, whatever they consist of. */
function lowerTemplate(template: string, document: Operand, place: Place): Condition {
  // The odd ones are the names of variables.
  const parts = template.split(VARIABLE).map((part, at) => (at % 2 === 1 ? variableOf(part) : literalOf(part)));
  const wrongPart = parts.find((part) => typeof part === 'string');
  if (wrongPart !== undefined) return wrong(place, 'CARDEA_UNSUPPORTED_PATTERN', `${wrongPart}, in ${quote(template)}`);
  const operands = (parts as readonly Operand[]).filter((part) => part.kind !== 'value' || part.value !== '');
  return test('contains', document, call('documentText', ...operands));
}

/** The attribute that a variable names, or why it names none. */
function variableOf(name: string): Operand | string {
  const [category = '', ...path] = name.split('.');
  if (!(CATEGORIES as readonly string[]).includes(category) || path.includes(''))
    return `${quote(`\${${name}}`)} is no variable; variables are such as ${quote('${subject.country}')}`;
  return { kind: 'attr', of: category as Category, path };
}

function literalOf(part: string): Operand | string {
  const text = part.replace(/\\([^A-Za-z0-9])/g, (_, char: string) => (META.test(char) ? `\u0000${char}` : char));
  if (META.test(text.replace(/\u0000./gs, ''))) return 'beside variables a pattern is a literal, without expressions';
  return value(text.replaceAll('\u0000', ''));
}

const META = /[\\^$.|?*+()[\]{}]/;

function wrong(place: Place, code: ErrorCode, message: string): Condition {
  report(place, code, message);
  return FALSE;
}
