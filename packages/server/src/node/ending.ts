import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const CLOSE_TIMEOUT_MS = 10_000;

/** How a server ends. */
export interface Ending {
  /** Whether each answer is the last of its connection, and says so. */
  readonly hasBegun: boolean;
  /** Takes no more connections, ends idle ones, and waits for answers, but not forever. */
  end(): Promise<void>;
}

/**
 * Lets a server end without dropping an answer, and without waiting for callers that never ask, or never read.
 *
 * @param timeoutMs after how long connections are cut off that are still there
 */
export function endingOf(app: FastifyInstance, timeoutMs = CLOSE_TIMEOUT_MS): Ending {
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  let hasBegun = false;
  return {
    get hasBegun() {
      return hasBegun;
    },
    async end() {
      hasBegun = true;
      // Node takes a connection on which nothing came yet for one that is busy.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      const cut = setTimeout(() => app.server.closeAllConnections(), timeoutMs);
      try {
        await app.close();
      } finally {
        clearTimeout(cut);
      }
    },
  };
}
