import type { ConfigProblem, ServerConfig } from '@cardea/server/config';
import { errorMessage, quote } from 'cardea';
import { parseServerUrl, parseStoreUrl, type StoreKind } from '../store/store-url.ts';
import type { Terminal } from '../terminal.ts';
import { parseLogAddress, parseNatsUrl } from './log-address.ts';

const SQL: readonly StoreKind[] = ['sqlite', 'postgres', 'mysql'];

type World = Pick<Terminal, 'cwd' | 'env'>;

/** What is wrong with URLs and variables, of which the schema knows nothing. No message repeats what might be a secret. */
export function configProblems(config: ServerConfig, { cwd, env }: World): readonly ConfigProblem[] {
  const { store, attributes, administration, observe, bus } = config;
  const problems: ConfigProblem[] = [];
  const found = (path: ConfigProblem['path'], message: string): void => void problems.push({ path, message });
  const tried = <T>(path: ConfigProblem['path'], work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      found(path, errorMessage(error));
      return undefined;
    }
  };
  const kindOf = (path: ConfigProblem['path'], url: string | undefined): StoreKind | undefined =>
    url === undefined ? undefined : tried(path, () => parseStoreUrl(url, cwd).kind);
  const storeKind = kindOf(['store'], store);
  const isSql = (kind: StoreKind | undefined): boolean => kind === undefined || SQL.includes(kind);

  if (attributes.sql !== undefined) {
    const { database } = attributes.sql;
    const path = ['attributes', 'sql', 'database'];
    const kind = database === undefined ? storeKind : kindOf(path, database);
    if (!isSql(kind)) found(path, `tables are in a database of SQL, not of ${kind}`);
  }
  if (administration.historyTable !== undefined && !isSql(storeKind))
    found(['administration', 'historyTable'], `tables are in a database of SQL, not of ${storeKind}`);
  for (const [at, { tokenVariable }] of attributes.http.entries())
    if (tokenVariable !== undefined && (env[tokenVariable] ?? '') === '')
      found(['attributes', 'http', at, 'tokenVariable'], `the variable ${quote(tokenVariable)} is not set`);
  const { decisions } = observe;
  if (decisions !== undefined) tried(['observe', 'decisions', 'to'], () => parseLogAddress(decisions.to));
  if (bus.url !== undefined) tried(['bus', 'url'], () => parseNatsUrl(bus.url ?? ''));
  return problems;
}

/** Texts of a configuration, and of what it names in the environment, that nobody is shown. */
export function configSecrets(config: ServerConfig, { env }: World): readonly string[] {
  const { store, attributes, observe, bus } = config;
  const urls = [store, attributes.sql?.database, observe.decisions?.to, bus.url];
  const variables = ['PGPASSWORD', ...attributes.http.flatMap(({ tokenVariable }) => tokenVariable ?? [])];
  return [
    ...urls.flatMap((url) => (url === undefined ? [] : (parseServerUrl(url)?.secrets ?? []))),
    ...variables.flatMap((name) => env[name] || []),
  ];
}
