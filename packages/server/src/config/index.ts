/**
 * The configuration of a decision server: one schema for files, variables of the environment and flags.
 *
 * @packageDocumentation
 */
export { CONFIG_KEYS, type ConfigKey, type KeyKind } from './config-keys.ts';
export type { ConfigProblem } from './config-reason.ts';
export { configSchema } from './config-schema.ts';
export type { PathKind } from './file-path.ts';
export { parsePageSecrets } from './page-secrets.ts';
export { type ConfigFile, type ConfigFlag, type ConfigSources, readServerConfig } from './read-config.ts';
export type { AdministrationConfig } from './sections/administration.ts';
export type { AttributesConfig, AttributeService } from './sections/attributes.ts';
export type { AuthenticationConfig } from './sections/authentication.ts';
export type { BusConfig } from './sections/bus.ts';
export type { DecideConfig } from './sections/decide.ts';
export type { GatewaysConfig } from './sections/gateways.ts';
export type { LimitsConfig } from './sections/limits.ts';
export type { ListenConfig } from './sections/listen.ts';
export type { LogConfig } from './sections/log.ts';
export type { MetadataConfig } from './sections/metadata.ts';
export type { DecisionsConfig, ObserveConfig } from './sections/observe.ts';
export type { PagesConfig } from './sections/pages.ts';
export type { ReloadConfig } from './sections/reload.ts';
export type { ShutdownConfig } from './sections/shutdown.ts';
export type { ServerConfig } from './server-config.ts';
