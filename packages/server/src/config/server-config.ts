import { z } from 'zod';
import { isLoopback } from '../authzen/metadata.ts';
import { fileList, storeName } from './file-path.ts';
import { type AdministrationConfig, administrationConfig } from './sections/administration.ts';
import { type AttributesConfig, attributesConfig } from './sections/attributes.ts';
import { asksCallers, type AuthenticationConfig, authenticationConfig } from './sections/authentication.ts';
import { type BusConfig, busConfig } from './sections/bus.ts';
import { type DecideConfig, decideConfig } from './sections/decide.ts';
import { type GatewaysConfig, gatewaysConfig } from './sections/gateways.ts';
import { type LimitsConfig, limitsConfig } from './sections/limits.ts';
import { type ListenConfig, listenConfig } from './sections/listen.ts';
import { type LogConfig, logConfig } from './sections/log.ts';
import { type MetadataConfig, metadataConfig } from './sections/metadata.ts';
import { type ObserveConfig, observeConfig } from './sections/observe.ts';
import { type PagesConfig, pagesConfig } from './sections/pages.ts';
import { type ReloadConfig, reloadConfig } from './sections/reload.ts';
import { type ShutdownConfig, shutdownConfig } from './sections/shutdown.ts';

/** What `cardea serve` is told: a member for each section, and what the policies and entities are. */
export interface ServerConfig {
  readonly store?: string;
  readonly policies: readonly string[];
  readonly entities: readonly string[];
  readonly attributes: AttributesConfig;
  readonly listen: ListenConfig;
  readonly decide: DecideConfig;
  readonly authentication: AuthenticationConfig;
  readonly administration: AdministrationConfig;
  readonly bus: BusConfig;
  readonly observe: ObserveConfig;
  readonly log: LogConfig;
  readonly limits: LimitsConfig;
  readonly gateways: GatewaysConfig;
  readonly metadata: MetadataConfig;
  readonly pages: PagesConfig;
  readonly reload: ReloadConfig;
  readonly shutdown: ShutdownConfig;
}

/** The configuration whole: a section is one file, and one line here. */
export const serverConfig: z.ZodType<ServerConfig> = z
  .strictObject({
    store: storeName
      .exactOptional()
      .describe(
        'Where the policies are: an SQLite file, or the URL of a database. A URL with a password is better named by the environment.',
      ),
    policies: fileList.describe(
      'Documents of policies, or folders of them. Without a store they are decided over and followed; with one they fill it once, while nothing has ever been stored in it.',
    ),
    entities: fileList.describe('Documents of subjects, resources and actions.'),
    attributes: attributesConfig,
    listen: listenConfig,
    decide: decideConfig,
    authentication: authenticationConfig,
    administration: administrationConfig,
    bus: busConfig,
    observe: observeConfig,
    log: logConfig,
    limits: limitsConfig,
    gateways: gatewaysConfig,
    metadata: metadataConfig,
    pages: pagesConfig,
    reload: reloadConfig,
    shutdown: shutdownConfig,
  })
  .superRefine(({ store, listen, authentication, administration, decide, attributes, bus, observe }, context) => {
    const isAsked = asksCallers(authentication);
    const wrong = (path: readonly string[], message: string): void =>
      context.addIssue({ code: 'custom', path: [...path], message });
    if (!isAsked && !isLoopback(listen.host))
      wrong(['listen', 'host'], 'others reach this address, and nobody is asked who they are: set `authentication`');
    if (administration.enabled && !isAsked)
      wrong(['administration', 'enabled'], 'nobody changes policies unasked who they are: set `authentication`');
    if (administration.enabled && store === undefined)
      wrong(['administration', 'enabled'], 'documents are not changed over HTTP: name a `store`');
    if (decide.residence === 'on-demand' && store === undefined)
      wrong(['decide', 'residence'], 'documents are always in memory: name a `store`');
    if (administration.historyTable !== undefined && store === undefined)
      wrong(['administration', 'historyTable'], 'documents have no tables: name a `store`');
    if (attributes.sql !== undefined && attributes.sql.database === undefined && store === undefined)
      wrong(['attributes', 'sql'], 'documents have no tables: name a `database`, or a `store`');
    if (bus.url !== undefined && store === undefined)
      wrong(['bus', 'url'], 'documents are of one server alone: name a `store`');
    if (decide.residence === 'on-demand' && listen.workers > 1)
      wrong(['listen', 'workers'], 'threads share what is in memory, and on demand nothing is');
    if (listen.workers > 1 && observe.decisions?.to.includes('://') === false)
      wrong(['observe', 'decisions', 'to'], 'a file is written by one thread: with `workers`, name a stream');
  });
