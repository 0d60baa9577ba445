import type { ServerName } from './server.ts';

/** Where a server of ours is: on 127.0.0.1, its user is `cardea`. */
export function urlOf(
  name: ServerName,
  { port, password, replicaSet }: { readonly port: number; readonly password: string; readonly replicaSet?: string },
): string {
  switch (name) {
    case 'postgres':
      return `postgres://cardea:${password}@127.0.0.1:${port}/postgres`;
    case 'mariadb':
      return `mysql://cardea:${password}@127.0.0.1:${port}/cardea`;
    case 'redis':
      return `redis://default:${password}@127.0.0.1:${port}`;
    case 'mongodb':
      return `mongodb://127.0.0.1:${port}/${replicaSet === undefined ? '' : `?replicaSet=${replicaSet}`}`;
    case 'nats':
      return `nats://cardea:${password}@127.0.0.1:${port}`;
  }
}

/** The variable by which somebody names a server of their own, which is then used instead of ours. */
export function variableOf(name: ServerName): string {
  return `CARDEA_TEST_${name.toUpperCase()}`;
}

/** The server that the environment names. */
export function givenUrl(name: ServerName, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const other = name === 'mongodb' ? environment['MONGODB_URL'] : undefined;
  return environment[variableOf(name)] || other || undefined;
}

/** A URL as it may be shown. */
export function withoutSecrets(url: string): string {
  return url.replace(/(?<=^[a-z+]+:\/\/[^:@/]*):[^@/]*(?=@)/, ':***');
}
