import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './find-program.ts';
import type { ServerProgram } from './server.ts';

/** PostgreSQL: the newest that this host has. */
export const postgres: ServerProgram = {
  packages: ['postgresql'],
  accounts: ['postgres'], // it refuses to run as root
  stopSignal: 'SIGINT', // SIGTERM would wait for every client to leave
  find: async () => newestOfDebian() ?? findOnPath(['initdb', 'postgres']),
  prepare: ({ folder, password }, [initdb = '']) => ({
    files: { password },
    commands: [
      [
        initdb,
        `--pgdata=${join(folder, 'data')}`,
        '--username=cardea',
        `--pwfile=${join(folder, 'password')}`,
        '--auth=scram-sha-256',
        '--no-sync',
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        // an order that is not that of bytes, as most databases out there have
        '--locale-provider=icu',
        '--icu-locale=en-US',
      ],
    ],
  }),
  serve: ({ folder, port }) => [
    '-D',
    join(folder, 'data'),
    '-p',
    String(port),
    ...settings({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      // what is committed survives the process, not the machine
      fsync: 'off',
      full_page_writes: 'off',
    }),
  ],
};

function newestOfDebian(): readonly string[] | undefined {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return undefined;
  const versions = readdirSync(root).sort((left, right) => Number(right) - Number(left));
  const programs = versions.map((version) => ['initdb', 'postgres'].map((name) => join(root, version, 'bin', name)));
  return programs.find((paths) => paths.every((path) => existsSync(path)));
}

function settings(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
