import { type AuditSink, type Combining, Guard, type GuardOptions, MemoryStorage, parsePolicy } from 'cardea';
import { type Command, Option } from 'commander';
import { checkerOption, functionsOption } from './checker-option.ts';
import { loadLinkedPolicies } from './load-policies.ts';
import { usageError } from './report-error.ts';
import {
  loadDocumentReading,
  loadReading,
  namedStore,
  type ReadingFlags,
  type StoreFlags,
  storeOption,
} from './store/store-options.ts';
import type { StoreAddress } from './store/store-url.ts';
import { withStore } from './store/with-store.ts';
import type { Terminal } from './terminal.ts';

/** How `check` and `explain` decide. */
export interface GuardFlags extends StoreFlags, ReadingFlags {
  readonly policies?: readonly string[];
  readonly combining: Combining;
  readonly unknownDeny?: boolean;
}

/** Adds the options that say over which policies is decided, and how. */
export function addGuardOptions(command: Command): Command {
  return command
    .option('-p, --policies <path...>', 'documents of policies, directories of them, or - for stdin')
    .addOption(storeOption())
    .addOption(checkerOption())
    .addOption(functionsOption())
    .addOption(
      new Option('--combining <name>', 'which policy wins').choices(Object.keys(COMBINING)).default('deny-overrides'),
    )
    .option('--unknown-deny', 'deny where a deny policy cannot tell whether it applies');
}

/** What else a guard needs. */
interface GuardUse {
  readonly sinks?: readonly AuditSink[];
  /** Where the policies of a store are while it is decided; those of documents are always in memory. */
  readonly residence: NonNullable<GuardOptions['policies']>;
}

/**
 * Works with a guard over the policies that the options name, in documents or in a store, ready to decide.
 *
 * @throws with every issue of every file
 */
export async function withGuard<T>(
  terminal: Terminal,
  flags: GuardFlags,
  use: GuardUse,
  work: (guard: Guard) => Promise<T>,
): Promise<T> {
  const source = policySource(terminal, flags, flags.policies, '--policies <path...>');
  if ('address' in source) return withStoreGuard(terminal, source.address, { flags, use }, work);
  const reading = await loadDocumentReading(terminal, flags);
  const { policies, links } = await loadLinkedPolicies(terminal, source.paths, reading.parse);
  const storage = new MemoryStorage(policies, { links, parse: (policy) => parsePolicy(policy, reading.parse) });
  const { checker, functions } = reading;
  const guard = new Guard(storage, { ...guardOptions(terminal, flags, use), checker, functions });
  await guard.ready();
  return work(guard);
}

/** Documents, or a store. */
export type PolicySource = { readonly paths: readonly string[] } | { readonly address: StoreAddress };

/**
 * Where policies come from: what the command line names goes before the store of the environment.
 *
 * @param option how documents are named
 * @throws CARDEA_INVALID_ARGUMENT when neither is named, or both are
 */
export function policySource(
  terminal: Terminal,
  flags: StoreFlags,
  paths: readonly string[] | undefined,
  option: string,
): PolicySource {
  if (paths !== undefined && flags.store !== undefined) throw usageError(`${option} and --store exclude each other`);
  if (paths !== undefined) return { paths };
  const address = namedStore(terminal, flags);
  if (address === undefined) throw usageError(`name the policies: ${option} or --store <url>`);
  return { address };
}

async function withStoreGuard<T>(
  terminal: Terminal,
  address: StoreAddress,
  { flags, use }: { readonly flags: GuardFlags; readonly use: GuardUse },
  work: (guard: Guard) => Promise<T>,
): Promise<T> {
  const reading = await loadReading(terminal, flags);
  return withStore(terminal, address, { use: 'read', reading }, async (storage) => {
    const { checker, functions } = reading;
    const guard = new Guard(storage, {
      ...guardOptions(terminal, flags, use),
      checker,
      functions,
      policies: use.residence,
    });
    try {
      await guard.ready();
      return await work(guard);
    } finally {
      await guard.close();
    }
  });
}

function guardOptions(
  { clock }: Terminal,
  { combining, unknownDeny }: GuardFlags,
  { sinks = [] }: GuardUse,
): GuardOptions {
  return { combining, unknownDeny: unknownDeny === true ? 'deny' : 'ignore', audit: { sinks }, clock };
}

// A record, so that a new algorithm of the library does not compile until the command line offers it.
const COMBINING: Readonly<Record<Combining, true>> = {
  'deny-overrides': true,
  'ordered-deny-overrides': true,
  'allow-overrides': true,
  'first-applicable': true,
  'highest-priority': true,
};
