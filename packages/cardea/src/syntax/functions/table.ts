import type { FunctionDefinition, FunctionTable } from '../../ast/functions.ts';
import { isJsonObject, type Json } from '../../ast/json.ts';
import { CardeaError, quote } from '../../errors.ts';
import { documentFunctions } from './document.ts';
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
  for (const definition of [...textFunctions, ...documentFunctions, ...timeFunctions, ...own]) {
    if (table.has(definition.name))
      throw new CardeaError('CARDEA_INVALID_ARGUMENT', `function ${quote(definition.name)} is registered twice`);
    table.set(definition.name, { ...definition, call: (args) => decided(definition, args) });
  }
  return table;
}

// Here, so that every way of deciding has it. Unknown would silence a deny: the function has not decided.
function decided({ name, call }: FunctionDefinition, args: readonly (Json | undefined)[]): Json | undefined {
  const result: unknown = call(args);
  if (!isJsonObject(result) || typeof result['then'] !== 'function') return result as Json | undefined;
  // What it rejects with later concerns nobody any more, and must not end the process.
  Promise.resolve(result as unknown as PromiseLike<unknown>).catch(() => {});
  throw new Error(`function ${name} gave a promise`);
}
