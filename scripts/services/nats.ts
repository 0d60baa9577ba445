import { join } from 'node:path';
import { findOnPath } from './find-program.ts';
import type { ServerProgram } from './server.ts';

/** NATS, with the streams that it keeps (JetStream). */
export const nats: ServerProgram = {
  packages: ['nats-server'],
  accounts: ['nats', 'nobody'],
  stopSignal: 'SIGTERM',
  find: async () => findOnPath(['nats-server']),
  prepare: ({ folder, port, password }) => ({
    files: {
      'nats.conf': [
        'host: "127.0.0.1"',
        `port: ${port}`,
        `authorization { user: "cardea", password: "${password}" }`,
        // what was acknowledged survives the process, not the machine
        `jetstream { store_dir: "${join(folder, 'data')}" }`,
        '',
      ].join('\n'),
    },
  }),
  serve: ({ folder }) => ['-c', join(folder, 'nats.conf')],
};
