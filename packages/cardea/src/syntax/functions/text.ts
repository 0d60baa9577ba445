import { defineFunction, type FunctionDefinition } from '../../ast/functions.ts';
import { lowerCase } from '../../ast/lower-case.ts';

/** The functions that the rules on strings lower to. */
export const textFunctions: readonly FunctionDefinition[] = [
  defineFunction({
    name: 'lower',
    meaning: 'the string in lower case (Unicode, no locale), with `ς` as `σ`',
    call: ([text]) => (typeof text === 'string' ? lowerCase(text) : undefined),
  }),
  defineFunction({
    name: 'pairsEqual',
    meaning: 'the list holds pairs of strings only, each of two equal ones',
    call: ([pairs]) =>
      Array.isArray(pairs)
        ? pairs.every(
            (pair) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && pair[0] === pair[1],
          )
        : undefined,
  }),
];
