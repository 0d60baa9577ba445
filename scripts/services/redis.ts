import { join } from 'node:path';
import { findOnPath } from './find-program.ts';
import type { ServerProgram } from './server.ts';

/** Redis, or what calls itself so. */
export const redis: ServerProgram = {
  packages: ['redis-server'],
  accounts: ['redis', 'nobody'],
  stopSignal: 'SIGTERM',
  find: async () => findOnPath(['redis-server']),
  prepare: ({ folder, port, password }) => ({
    files: {
      'redis.conf': [
        'bind 127.0.0.1',
        `port ${port}`,
        `requirepass ${password}`,
        `dir "${folder}"`,
        'save ""',
        // what was answered survives the process, not the machine
        'appendonly yes',
        'appendfsync no',
        // the command line stays as it was: by it the process is recognised
        'set-proc-title no',
        '',
      ].join('\n'),
    },
  }),
  serve: ({ folder }) => [join(folder, 'redis.conf')],
};
