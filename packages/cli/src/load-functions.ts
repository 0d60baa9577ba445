import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CardeaError, errorMessage, type FunctionDefinition, quote } from 'cardea';
import { vaktFunctions } from 'cardea/vakt';
import type { Terminal } from './terminal.ts';

/** The name by which `--functions` calls the functions of imported vakt policies. */
export const VAKT = 'vakt';

/**
 * The functions that `--functions` names: `vakt`, those of imported vakt policies, or those of a module, which exports
 * definitions, alone or in lists.
 *
 * @throws CARDEA_IO when a module cannot be loaded, CARDEA_INVALID_ARGUMENT when it exports none
 */
export async function loadFunctions(
  terminal: Terminal,
  paths: readonly string[] = [],
): Promise<readonly FunctionDefinition[]> {
  const loaded = await Promise.all(
    paths.map(async (path) => (path === VAKT ? vaktFunctions : loadModule(terminal, path))),
  );
  return [...new Set(loaded.flat())];
}

async function loadModule(terminal: Terminal, path: string): Promise<readonly FunctionDefinition[]> {
  const url = pathToFileURL(resolve(terminal.cwd, path)).href;
  const exported = await import(url).catch((error: unknown) => {
    throw new CardeaError('CARDEA_IO', `the module ${quote(path)} cannot be loaded: ${errorMessage(error)}`, {
      cause: error,
    });
  });
  const functions = Object.values(exported as object)
    .flat()
    .filter(isDefinition);
  if (functions.length > 0) return [...new Set(functions)];
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', `the module ${quote(path)} exports no function definitions`);
}

function isDefinition(value: unknown): value is FunctionDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { name, call } = value as Readonly<Record<string, unknown>>;
  return typeof name === 'string' && typeof call === 'function';
}
