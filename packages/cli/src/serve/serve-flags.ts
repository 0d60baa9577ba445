import type { ConfigFlag } from '@cardea/server/config';
import { type Command, Option } from 'commander';
import { usageError } from '../report-error.ts';
import { storeOption } from '../store/store-options.ts';
import type { Terminal } from '../terminal.ts';

/** What the command line may say of a server. */
export interface ServeFlags {
  readonly config?: string;
  readonly store?: string;
  readonly policies?: readonly string[];
  readonly entities?: readonly string[];
  readonly host?: string;
  readonly port?: string;
  readonly publicUrl?: string;
  readonly apiKeys?: string;
  readonly onDemand?: boolean;
  readonly workers?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

/** Adds the options of `cardea serve`: those that are needed most have names of their own, `--set` takes any key. */
export function addServeOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'the configuration, in YAML or JSON; CARDEA_CONFIG when absent')
    .addOption(storeOption())
    .option('-p, --policies <path...>', 'documents of policies, or directories of them')
    .option('--entities <path...>', 'documents of subjects, resources and actions')
    .option('--host <address>', 'the address to listen at; 127.0.0.1 when absent')
    .option('--port <number>', 'the port to listen at, 0 for a free one; 8080 when absent')
    .option('--public-url <url>', 'how callers reach the server')
    .option('--api-keys <file>', 'callers have API keys, of this file: see cardea token')
    .option('--workers <number>', 'how many threads answer, over one index in memory that they share; 1 when absent')
    .option('--on-demand', 'leave the policies in the store, and ask it each time')
    .addOption(new Option('--set <key=value...>', 'any key of the configuration, such as limits.pageSize=50'))
    .option('--json', 'tell where it listens in JSON, for programs');
}

/**
 * What the command line says, by the keys of the configuration.
 *
 * @throws CARDEA_INVALID_ARGUMENT when `--set` has no key and value
 */
export function configFlags(terminal: Terminal, flags: ServeFlags): ReadonlyMap<string, ConfigFlag> {
  const { store, policies, entities, host, port, publicUrl, apiKeys, onDemand, workers, set = [] } = flags;
  const named: readonly (readonly [string, string, ConfigFlag['value'] | undefined])[] = [
    ['store', '--store', store === undefined ? undefined : terminal.reveal(store)],
    ['policies', '--policies', policies],
    ['entities', '--entities', entities],
    ['listen.host', '--host', host],
    ['listen.port', '--port', port],
    ['listen.publicUrl', '--public-url', publicUrl],
    ['listen.workers', '--workers', workers],
    ['authentication.apiKeys', '--api-keys', apiKeys],
    ['decide.residence', '--on-demand', onDemand === true ? 'on-demand' : undefined],
  ];
  return new Map([
    ...set.map(settingOf),
    ...named.flatMap(([key, name, value]) => (value === undefined ? [] : [[key, { name, value }] as const])),
  ]);
}

function settingOf(given: string): readonly [string, ConfigFlag] {
  const [, key, value] = /^([\w.]+)=(.*)$/s.exec(given) ?? [];
  if (key === undefined || value === undefined) throw usageError('--set takes a key and a value: `limits.pageSize=50`');
  // Its secrets are hidden there, and in the environment.
  if (key === 'store') throw usageError('name the store by --store or CARDEA_STORE');
  if (/\/\/.*@/s.test(value)) throw usageError(`a URL with a password is named by the file or the environment: ${key}`);
  return [key, { name: `--set ${key}`, value }];
}
