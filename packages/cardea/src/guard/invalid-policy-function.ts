import { defineFunction, type FunctionDefinition } from '../ast/functions.ts';

/** The function that an invalid policy calls: it always fails, with the reason. */
export const invalidPolicyFunction: FunctionDefinition = defineFunction({
  name: 'cardea.invalid',
  meaning: 'fails, because the stored policy is not valid',
  call: ([reason]) => {
    throw new Error(typeof reason === 'string' ? reason : 'the stored policy is invalid');
  },
});
