import { defineFunction, type FunctionDefinition } from '../../ast/functions.ts';
import type { Json } from '../../ast/json.ts';
import { quote } from '../../errors.ts';
import { fromJson } from './python-json.ts';
import { type OrderOperator, pythonCompare } from './python-order.ts';
import { pythonText } from './python-text.ts';
import { isHashable, isInstance, isList, isSet, isTuple, type Python, pythonEqual } from './python-value.ts';
import { type SeveralParts, type VaktPattern, vaktPattern } from './phrase-pattern.ts';
import { knownPythonRegex } from './regex/index.ts';

/**
 * The functions that imported policies call where none of our operators means exactly what Python does.
 * Their result is undefined (*unknown*) where the rule of vakt raises. Hand them to the guard.
 *
 * @example
 * ```ts
 * new Guard(storage, { functions: vaktFunctions });
 * ```
 */
export const vaktFunctions: readonly FunctionDefinition[] = [
  defineFunction({
    name: 'vakt.equal',
    meaning: "equal as Python's == has it: True is 1, 1 is 1.0; false when the other value is missing",
    missing: 'pass',
    call: ([what, other]) =>
      what === undefined ? undefined : other !== undefined && pythonEqual(fromJson(what), fromJson(other)),
  }),
  ...(['greater', 'less', 'greaterOrEqual', 'lessOrEqual'] as const).map(comparison),
  defineFunction({
    name: 'vakt.in',
    meaning: 'in the list, as Python finds a value in a set; unknown for what Python cannot hash',
    call: ([what, list]) => ifHashable(fromJson(what as Json), (value) => holds(list, value)),
  }),
  defineFunction({
    name: 'vakt.allIn',
    meaning: 'a list of which every item is in the other; unknown when it is no list or holds what Python cannot hash',
    call: ([what, list]) => ofItems(what, (items) => items.every((item) => holds(list, item))),
  }),
  defineFunction({
    name: 'vakt.anyIn',
    meaning: 'a list of which some item is in the other; unknown when it is no list or holds what Python cannot hash',
    call: ([what, list]) => ofItems(what, (items) => items.some((item) => holds(list, item))),
  }),
  defineFunction({
    name: 'vakt.hashable',
    meaning: 'Python can hash the value: no list, dictionary or set; unknown otherwise',
    call: ([what]) => ifHashable(fromJson(what as Json), () => true),
  }),
  defineFunction({
    name: 'vakt.hashableItems',
    meaning: 'a list of values that Python can hash; unknown otherwise',
    call: ([what]) => ofItems(what, () => true),
  }),
  defineFunction({
    name: 'vakt.holds',
    meaning: "the list holds the other value, by Python's ==; false when it is no list or the other is missing",
    missing: 'pass',
    call: ([what, other]) =>
      what === undefined ? undefined : Array.isArray(what) && other !== undefined && holds(what, fromJson(other)),
  }),
  defineFunction({
    name: 'vakt.pairsEqual',
    meaning: 'a list of pairs whose members are equal; two characters are a pair; unknown where Python raises',
    call: ([what]) => (Array.isArray(what) ? pairsEqual((what as readonly Json[]).map(fromJson)) : false),
  }),
  defineFunction({
    name: 'vakt.regexMatch',
    meaning: "Python's str() of the value matches the regular expression of Python from its start",
    check: ([, pattern, flags]) => problemOf(() => knownPythonRegex(pattern as string, flags as number)),
    call: ([what, pattern, flags]) =>
      knownPythonRegex(pattern as string, flags as number).test(pythonText(fromJson(what as Json))),
  }),
  defineFunction({
    name: 'vakt.phrase',
    meaning:
      'the whole string matches a phrase of vakt with expressions of Python between tags; unknown for other values',
    check: (args) => problemOf(() => phraseOf(args)),
    call: (args) => (typeof args[0] === 'string' ? phraseOf(args).test(args[0]) : undefined),
  }),
  textual('strEqual', (left, right) => left === right),
  textual('startsWith', (left, right) => left.startsWith(right)),
  textual('endsWith', (left, right) => left.endsWith(right)),
  textual('contains', (left, right) => left.includes(right)),
  defineFunction({
    name: 'vakt.unsupported',
    meaning: 'something that could not be imported: always an error',
    call: ([, reason]) => {
      throw new Error(`not imported: ${reason as string}`);
    },
  }),
  defineFunction({
    name: 'vakt.raised',
    meaning: 'a value on which the rule of vakt raised: always an error, so that a deny is not passed by',
    call: ([what]) => {
      throw new Error(`the rule cannot be applied to ${quote(what)}`);
    },
  }),
];

function phraseOf([, phrase, start, end, severalParts = 'each']: readonly (Json | undefined)[]): VaktPattern {
  return vaktPattern(phrase as string, start as string, end as string, severalParts as SeveralParts);
}

function comparison(operator: OrderOperator): FunctionDefinition {
  return defineFunction({
    name: `vakt.${operator}`,
    meaning: `${operator} as Python orders values: lists by their first difference, booleans as numbers; unknown where Python raises`,
    call: ([what, other]) => pythonCompare(operator, fromJson(what as Json), fromJson(other as Json)),
  });
}

function textual(name: string, compare: (left: string, right: string) => boolean): FunctionDefinition {
  return defineFunction({
    name: `vakt.${name}`,
    meaning: `${name} without case, with the sigma at the end of a word apart from others; unknown for what is no string`,
    call: ([what, text]) =>
      typeof what === 'string' && typeof text === 'string'
        ? compare(what.toLowerCase(), text.toLowerCase())
        : undefined,
  });
}

function holds(list: Json | undefined, value: Python): boolean {
  return Array.isArray(list) && (list as readonly Json[]).some((member) => pythonEqual(fromJson(member), value));
}

// Python looks a set up in a set as if it were a frozen one, which can be hashed.
function ifHashable(value: Python, result: (value: Python) => boolean): boolean | undefined {
  return isSet(value) || isHashable(value) ? result(value) : undefined;
}

function ofItems(what: Json | undefined, result: (items: readonly Python[]) => boolean): boolean | undefined {
  const list = fromJson(what as Json);
  return isList(list) && list.every(isHashable) ? result(list) : undefined;
}

// The first element that decides wins: one that is no pair makes it false, one without a length raises.
function pairsEqual(pairs: readonly Python[]): boolean | undefined {
  for (const pair of pairs) {
    const equal = pairEqual(pair);
    if (equal !== true) return equal;
  }
  return true;
}

function pairEqual(pair: Python): boolean | undefined {
  const members = typeof pair === 'string' ? Array.from(pair) : isTuple(pair) ? pair.items : pair;
  if (isList(members)) {
    const [left = null, right = null] = members;
    return members.length === 2 && (typeof left === 'string' || typeof right === 'string') && pythonEqual(left, right);
  }
  // A dictionary has a length, but no first member.
  if (members instanceof Map) return members.size === 2 ? undefined : false;
  return sizeOf(members);
}

function sizeOf(value: Python): false | undefined {
  if (typeof value !== 'object' || value === null || !('py' in value) || isInstance(value)) return undefined;
  if (value.py === 'bytes') return atob(value.base64).length === 2 ? undefined : false;
  return isTuple(value) || value.items.length === 2 ? undefined : false;
}

function problemOf(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
