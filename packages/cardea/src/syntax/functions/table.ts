import type { FunctionDefinition, FunctionTable } from '../../ast/functions.ts';
import { CardeaError, quote } from '../../errors.ts';
import { textFunctions } from './text.ts';
import { timeFunctions } from './time.ts';

/**
 * The functions that conditions may call: those of the library and the user's own.
 *
 * @throws CARDEA_INVALID_ARGUMENT when two functions have one name
 *
 * @example
 * ```ts
 * functionTable([isEven]).has('math.isEven'); // true
 * ```
 */
export function functionTable(own: readonly FunctionDefinition[] = []): FunctionTable {
  const table = new Map<string, FunctionDefinition>();
  for (const definition of [...textFunctions, ...timeFunctions, ...own]) {
    if (table.has(definition.name))
      throw new CardeaError('CARDEA_INVALID_ARGUMENT', `function ${quote(definition.name)} is registered twice`);
    table.set(definition.name, definition);
  }
  return table;
}
