import {
  type AuditSink,
  type Checker,
  type Combining,
  defaultChecker,
  exactChecker,
  functionTable,
  fuzzyChecker,
  Guard,
  MemoryStorage,
  parsePolicy,
  regexChecker,
  rulesChecker,
} from 'cardea';
import { type Command, Option } from 'commander';
import { loadFunctions } from './load-functions.ts';
import { loadLinkedPolicies } from './load-policies.ts';
import { usageError } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** How `check` and `explain` decide. */
export interface GuardFlags {
  readonly policies?: readonly string[];
  readonly functions?: readonly string[];
  readonly checker: Checker['name'];
  readonly combining: Combining;
  readonly unknownDeny?: boolean;
}

/** Adds the options that say over which policies is decided, and how. */
export function addGuardOptions(command: Command): Command {
  return command
    .option('-p, --policies <path...>', 'documents of policies, directories of them, or - for stdin')
    .addOption(checkerOption())
    .addOption(functionsOption())
    .addOption(
      new Option('--combining <name>', 'which policy wins').choices(Object.keys(COMBINING)).default('deny-overrides'),
    )
    .option('--unknown-deny', 'deny where a deny policy cannot tell whether it applies');
}

/** The option that names a checker. */
export function checkerOption(): Option {
  return new Option('--checker <name>', 'how elements are read').choices(Object.keys(CHECKERS)).default('default');
}

/** The option that names modules of functions. */
export function functionsOption(): Option {
  return new Option('--functions <module...>', 'JavaScript modules that export the functions that policies call');
}

/**
 * A guard over the policies that the options name, ready to decide.
 *
 * @throws with every issue of every file
 */
export async function createGuard(
  terminal: Terminal,
  flags: GuardFlags,
  sinks: readonly AuditSink[] = [],
): Promise<Guard> {
  const { policies: paths } = flags;
  if (paths === undefined) throw usageError('name the policies: --policies <path...>');
  const checker = CHECKERS[flags.checker]();
  const functions = await loadFunctions(terminal, flags.functions);
  const reading = { checker, functions: functionTable(functions) };
  const { policies, links } = await loadLinkedPolicies(terminal, paths, reading);
  const storage = new MemoryStorage(policies, { links, parse: (policy) => parsePolicy(policy, reading) });
  const guard = new Guard(storage, {
    checker,
    combining: flags.combining,
    unknownDeny: flags.unknownDeny === true ? 'deny' : 'ignore',
    functions,
    audit: { sinks },
    clock: terminal.clock,
  });
  await guard.ready();
  return guard;
}

/** The checkers by name. */
export const CHECKERS: Readonly<Record<Checker['name'], () => Checker>> = {
  default: defaultChecker,
  rules: rulesChecker,
  regex: regexChecker,
  exact: exactChecker,
  fuzzy: fuzzyChecker,
};

// A record, so that a new algorithm of the library does not compile until the command line offers it.
const COMBINING: Readonly<Record<Combining, true>> = {
  'deny-overrides': true,
  'ordered-deny-overrides': true,
  'allow-overrides': true,
  'first-applicable': true,
  'highest-priority': true,
};
