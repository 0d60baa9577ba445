import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ConfigFile, ConfigFlag, ServerConfig } from '@cardea/server/config';
import { isJsonObject } from 'cardea/ast';
import { usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';
import { configProblems } from './config-problems.ts';
import type { ServerPackage } from './load-server.ts';
import { readData } from './read-data.ts';
import { configFlags, type ServeFlags } from './serve-flags.ts';

/** What is served where nobody names policies: a file of SQLite, and the folder that fills it. */
const STANDARD = { store: 'cardea.db', policies: 'policies' } as const;

/**
 * The configuration of a server: of the command line, the environment and the file, which count in this order.
 *
 * @throws with every issue
 */
export async function readServeConfig(
  terminal: Terminal,
  flags: ServeFlags,
  { readServerConfig }: Pick<ServerPackage, 'readServerConfig'>,
): Promise<ServerConfig> {
  const { cwd, env } = terminal;
  const path = flags.config ?? (env['CARDEA_CONFIG'] || undefined);
  const file = path === undefined ? undefined : await readFile(terminal, path);
  const given = configFlags(terminal, flags);
  const isNamed =
    given.has('store') ||
    given.has('policies') ||
    [env['CARDEA_STORE'], env['CARDEA_POLICIES']].some((value) => value !== undefined && value !== '') ||
    (file !== undefined && namesPolicies(file.value));
  const all = isNamed ? given : new Map([...(await standardFlags(cwd)), ...given]);
  return readServerConfig({ file, env, flags: all, cwd, check: (config) => configProblems(config, terminal) });
}

async function readFile(terminal: Terminal, path: string): Promise<ConfigFile> {
  const { value, positionOf } = await readData(terminal, path);
  return { value, positionOf, folder: dirname(resolve(terminal.cwd, path)) };
}

function namesPolicies(value: ConfigFile['value']): boolean {
  return isJsonObject(value) && (Object.hasOwn(value, 'store') || Object.hasOwn(value, 'policies'));
}

async function standardFlags(cwd: string): Promise<ReadonlyMap<string, ConfigFlag>> {
  const { store, policies } = STANDARD;
  const [hasStore, hasPolicies] = await Promise.all([store, policies].map((name) => isThere(resolve(cwd, name))));
  if (hasStore !== true && hasPolicies !== true)
    throw usageError(
      `name the policies: --policies <path...>, --store <url> or --config <file>; there is neither \`${policies}\` nor \`${store}\` here`,
    );
  const flags: readonly (readonly [string, ConfigFlag])[] = [
    ['store', { name: 'store', value: store }],
    ['policies', { name: 'policies', value: hasPolicies === true ? [policies] : [] }],
  ];
  return new Map(flags);
}

async function isThere(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined;
}
