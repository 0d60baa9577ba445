import { join } from 'node:path';
import { findOnPath } from './find-program.ts';
import type { ServerProgram } from './server.ts';

/** MariaDB, with the collation that it has by itself: what ignores case or trailing spaces there must show in tests. */
export const mariadb: ServerProgram = {
  // without the package `mariadb-server`, which would bring a database and a service of the host's own
  packages: ['mariadb-server-core', 'mariadb-client-core'],
  accounts: ['mysql', 'nobody'],
  stopSignal: 'SIGTERM',
  find: async () => {
    // what the installer calls, then the installer, then the server
    const programs = findOnPath(['my_print_defaults', 'mariadb-install-db', 'mariadbd']);
    return programs?.slice(1);
  },
  prepare: ({ folder, password }, [installer = '']) => ({
    files: {
      'init.sql': [
        'CREATE DATABASE IF NOT EXISTS cardea CHARACTER SET utf8mb4;',
        `CREATE USER IF NOT EXISTS 'cardea'@'127.0.0.1' IDENTIFIED BY '${password}';`,
        "GRANT ALL ON *.* TO 'cardea'@'127.0.0.1';",
        '',
      ].join('\n'),
    },
    commands: [
      [
        installer,
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        '--skip-name-resolve',
        '--skip-test-db',
        '--auth-root-authentication-method=socket',
        '--innodb-flush-method=nosync',
      ],
    ],
  }),
  serve: ({ folder, port }) => [
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    `--init-file=${join(folder, 'init.sql')}`,
    `--socket=${join(folder, 'm.sock')}`,
    `--pid-file=${join(folder, 'm.pid')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    // what is committed survives the process, not the machine
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-flush-method=nosync',
  ],
};
