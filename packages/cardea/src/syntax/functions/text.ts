import { defineFunction, type FunctionDefinition } from '../../ast/functions.ts';

/** The functions that the rules on strings lower to. */
export const textFunctions: readonly FunctionDefinition[] = [
  defineFunction({
    name: 'lower',
    meaning: 'the string in lower case (Unicode, no locale)',
    call: ([text]) => (typeof text === 'string' ? text.toLowerCase() : undefined),
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
