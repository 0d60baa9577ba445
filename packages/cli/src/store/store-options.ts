import { type Checker, type FunctionDefinition, type FunctionTable, functionTable, policyKeyer } from 'cardea';
import { Option } from 'commander';
import { CHECKERS } from '../checker-option.ts';
import { loadFunctions, VAKT } from '../load-functions.ts';
import { usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import type { StoreReading } from './store-database.ts';
import { parseStoreUrl, type StoreAddress } from './store-url.ts';

/** Which store a command works with. */
export interface StoreFlags {
  readonly store?: string;
}

/** How the policies of a store are read. */
export interface ReadingFlags {
  readonly checker: Checker['name'];
  readonly functions?: readonly string[];
}

/** The option that names a store. */
export function storeOption(): Option {
  return new Option(
    '-s, --store <url>',
    'the store: an SQLite file, or the URL of a database; CARDEA_STORE when absent',
  );
}

/** The environment variable that names a store where no option does. */
const VARIABLE = 'CARDEA_STORE';

/**
 * The store that the options name, or the environment.
 *
 * @throws CARDEA_INVALID_ARGUMENT when none is named, or its URL is none
 */
export function requireStore(terminal: Terminal, flags: StoreFlags): StoreAddress {
  const address = namedStore(terminal, flags);
  if (address === undefined) throw usageError(`name the store: --store <url>, or ${VARIABLE} in the environment`);
  return address;
}

/** As {@link requireStore}; undefined where none is named. */
export function namedStore(terminal: Terminal, { store }: StoreFlags): StoreAddress | undefined {
  const given = store === undefined ? terminal.env[VARIABLE] || undefined : terminal.reveal(store);
  return given === undefined ? undefined : parseStoreUrl(given, terminal.cwd);
}

/** A reading of policies, with the functions as a guard takes them. */
export interface NamedReading extends StoreReading {
  readonly checker: Checker;
  readonly functions: readonly FunctionDefinition[];
  readonly parse: { readonly checker: Checker; readonly functions: FunctionTable };
}

/**
 * How the options say that the policies of a store are read: the same for those who write them, look for them and decide.
 *
 * @throws as `loadFunctions` does
 */
export async function loadReading(terminal: Terminal, flags: ReadingFlags): Promise<NamedReading> {
  const checker = CHECKERS[flags.checker]();
  const functions = await loadFunctions(terminal, flags.functions);
  const parse = { checker, functions: functionTable(functions) };
  return { checker, functions, parse, keyer: policyKeyer(parse) };
}

/** As {@link loadReading}, of documents, which may always call the functions of imported vakt policies. */
export function loadDocumentReading(terminal: Terminal, flags: ReadingFlags): Promise<NamedReading> {
  return loadReading(terminal, { ...flags, functions: [VAKT, ...(flags.functions ?? [])] });
}
