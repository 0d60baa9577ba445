import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How a server ends. */
export interface StopOptions {
  /**
   * How long it still takes requests, in milliseconds, so that load balancers see that it is not ready any more; each
   * connection is closed with its next answer. 0 when absent.
   */
  readonly drainMs: number;
  /** How long it then waits for requests that are not yet answered, in milliseconds; 10,000 when absent. */
  readonly timeoutMs: number;
}

/**
 * The end of a server without a dropped answer, and without waiting for callers that never ask, or never read: first
 * nobody else comes, then who is there is answered, then connections are cut off.
 */
export class GracefulStop {
  readonly #app: FastifyInstance;
  readonly #options: StopOptions;
  readonly #sockets = new Set<Socket>();
  #stopped: Promise<void> | undefined;

  constructor(app: FastifyInstance, { drainMs = 0, timeoutMs = 10_000 }: Partial<StopOptions> = {}) {
    this.#app = app;
    this.#options = { drainMs, timeoutMs };
    app.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Whether answers close their connection, and the server is not ready. */
  get isStopping(): boolean {
    return this.#stopped !== undefined;
  }

  /** Ends the server; once, however often it is called. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { drainMs, timeoutMs } = this.#options;
    if (drainMs > 0) await new Promise((resolve) => setTimeout(resolve, drainMs));
    // Node takes a connection on which nothing came yet for one that is busy.
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
    const timer = setTimeout(() => this.#app.server.closeAllConnections(), timeoutMs);
    try {
      await this.#app.close();
    } finally {
      clearTimeout(timer);
    }
  }
}
