import { resolve } from 'node:path';
import { type Issue, issuesError, type Json, quote } from 'cardea';
import { isJsonObject, type JsonObject } from 'cardea/ast';
import { CONFIG_KEYS, type ConfigKey } from './config-keys.ts';
import { type ConfigProblem, configReason } from './config-reason.ts';
import type { PathKind } from './file-path.ts';
import { type ServerConfig, serverConfig } from './server-config.ts';

/** A configuration file that was read. */
export interface ConfigFile {
  readonly value: Json;
  /** What its relative paths are relative to. */
  readonly folder: string;
  /** Where the value at a path stands. */
  readonly positionOf: (path: readonly (string | number)[]) => Pick<Issue, 'file' | 'line' | 'column'>;
}

/** What the command line says of a key: a text, which is read as those of the environment are, or a value. */
export interface ConfigFlag {
  /** As the user wrote it: `--port`. */
  readonly name: string;
  readonly value: Json;
}

/** What a configuration is made of: a flag counts before a variable, and that before the file. */
export interface ConfigSources {
  readonly file?: ConfigFile | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** By keys such as `listen.port`. */
  readonly flags?: ReadonlyMap<string, ConfigFlag>;
  /** What relative paths of variables and flags are relative to. */
  readonly cwd: string;
  /** Further rules, of who reads the configuration: what is wrong with one that is sound otherwise. */
  readonly check?: (config: ServerConfig) => readonly ConfigProblem[];
}

/**
 * Reads a configuration. No message repeats a value, which might be a secret.
 *
 * @returns with what is absent filled in, and its paths absolute
 * @throws CARDEA_INVALID_DOCUMENT, or CARDEA_INVALID_ARGUMENT for variables and flags, with every issue at once: the file,
 *   variable or flag, the path and the reason
 *
 * @example
 * ```ts
 * const { listen } = readServerConfig({ env: { CARDEA_LISTEN__PORT: '80' }, cwd: '/srv' });
 * listen.port; // 80
 * ```
 */
export function readServerConfig({ file, env = {}, flags = new Map(), cwd, check }: ConfigSources): ServerConfig {
  const issues: Issue[] = [];
  const origins = new Map<string, string>();
  let tree: Json = file === undefined ? {} : withPaths(file.value, file.folder);
  const put = (key: ConfigKey, name: string, value: Json): void => {
    origins.set(key.key, name);
    tree = withValue(tree, key.names, resolved(value, key.path, cwd));
  };
  for (const key of CONFIG_KEYS) {
    const { value, name } = settingOf(key, env, flags) ?? {};
    if (value === undefined || name === undefined) continue;
    const read = typeof value === 'string' ? readText(key, value) : value;
    if (read === undefined) issues.push(wrongSetting(key.names, name, 'is not JSON'));
    else put(key, name, read);
  }
  issues.push(...unknownSettings(env, flags));
  const parsed = serverConfig.safeParse(tree);
  const found = parsed.success ? (check?.(parsed.data) ?? []) : parsed.error.issues.flatMap(configReason);
  issues.push(...found.map(({ path, message }) => placed(path, message, { file, origins })));
  if (parsed.success && issues.length === 0) return parsed.data;
  throw issuesError('configuration', issues);
}

/** What the command line says of a key, or else the environment. */
function settingOf(
  { key, variable }: ConfigKey,
  env: Readonly<Record<string, string | undefined>>,
  flags: ReadonlyMap<string, ConfigFlag>,
): ConfigFlag | undefined {
  const given = Object.hasOwn(env, variable) ? env[variable] : undefined;
  // An empty variable is how many tools write one that is not set.
  return flags.get(key) ?? (given === undefined || given === '' ? undefined : { name: variable, value: given });
}

/** The value of a text; what has another type than the key is left to its schema. Undefined where it should be JSON. */
function readText({ kind }: ConfigKey, text: string): Json | undefined {
  if (kind === 'text') return text;
  if (kind === 'number') return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
  if (kind === 'truth') return text === 'true' || text === 'false' ? text === 'true' : text;
  if (kind === 'list' && !text.trimStart().startsWith('[')) return text.split(',').map((part) => part.trim());
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

// Orchestrators set variables of services, such as `CARDEA_PORT`; only two underscores in a row are a key of a section.
const OF_SECTION = /^CARDEA_[A-Z_]*?[A-Z]__/;

function unknownSettings(
  env: Readonly<Record<string, string | undefined>>,
  flags: ReadonlyMap<string, ConfigFlag>,
): readonly Issue[] {
  const variables = new Set(CONFIG_KEYS.map(({ variable }) => variable));
  const keys = new Set(CONFIG_KEYS.map(({ key }) => key));
  return [
    ...Object.keys(env)
      .filter((name) => OF_SECTION.test(name) && !variables.has(name))
      .map((name) => wrongSetting([], name, 'there is no such key')),
    ...Array.from(flags)
      .filter(([key]) => !keys.has(key))
      .map(([key, { name }]) => wrongSetting([], name, `there is no key ${quote(key)}`)),
  ];
}

function wrongSetting(path: Issue['path'], name: string, message: string): Issue {
  return { code: 'CARDEA_INVALID_ARGUMENT', path, message, file: name };
}

/** An issue with who said what is wrong. */
function placed(
  path: Issue['path'],
  message: string,
  { file, origins }: { readonly file: ConfigFile | undefined; readonly origins: ReadonlyMap<string, string> },
): Issue {
  for (let length = path.length; length > 0; length -= 1) {
    const name = origins.get(path.slice(0, length).join('.'));
    if (name !== undefined) return wrongSetting(path, name, message);
  }
  if (file === undefined) return { code: 'CARDEA_INVALID_ARGUMENT', path, message };
  return { code: 'CARDEA_INVALID_DOCUMENT', path, message, ...file.positionOf(path) };
}

function withPaths(value: Json, folder: string): Json {
  return CONFIG_KEYS.reduce((tree: Json, { names, path }) => {
    const given = path === undefined ? undefined : valueAt(tree, names);
    return given === undefined ? tree : withValue(tree, names, resolved(given, path, folder));
  }, value);
}

function valueAt(tree: Json, names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>(
    (node, name) => (node !== undefined && isJsonObject(node) && Object.hasOwn(node, name) ? node[name] : undefined),
    tree,
  );
}

/** The tree with another value; what is no object on the way stays, for the schema to refuse. */
function withValue(tree: Json, [name, ...rest]: readonly string[], value: Json): Json {
  if (name === undefined) return value;
  if (!isJsonObject(tree)) return tree;
  const inner: Json = Object.hasOwn(tree, name) ? (tree[name] as Json) : {};
  return { ...tree, [name]: withValue(inner, rest, value) } satisfies JsonObject;
}

function resolved(value: Json, path: PathKind | undefined, folder: string): Json {
  if (path === undefined) return value;
  if (Array.isArray(value)) return value.map((item: Json) => resolved(item, path, folder));
  return typeof value === 'string' && value !== '' ? RESOLVE[path](value, folder) : value;
}

const RESOLVE: Readonly<Record<PathKind, (value: string, folder: string) => string>> = {
  file: (value, folder) => resolve(folder, value),
  module: (value, folder) => (/^[\w-]+$/.test(value) ? value : resolve(folder, value)),
  store: (value, folder) => {
    const [, path] = /^sqlite:(?!\/)(.+)$/is.exec(value) ?? [];
    if (path !== undefined) return `sqlite:${resolve(folder, path)}`;
    // One letter before a colon is a drive.
    return /^\s*[a-z][a-z\d+.-]+:/i.test(value) ? value : resolve(folder, value);
  },
};
