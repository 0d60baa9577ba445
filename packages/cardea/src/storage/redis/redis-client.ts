/**
 * A connection to Redis. A client of `redis` fits as it is; of `ioredis` it is
 * `{ sendCommand: ([name = '', ...rest]) => client.call(name, rest) }`, of a cluster of `redis`
 * `{ sendCommand: (args) => cluster.sendCommand(args[3], false, args) }`.
 */
export interface RedisClient {
  /**
   * Sends a command and gives the answer: a string, a number, null, or a list of these. Rejects with the server's error.
   *
   * @param args its name, which is `EVALSHA` or `EVAL`, and its arguments: the fourth of all is the first key
   */
  sendCommand(args: string[]): Promise<unknown>;
}

/** A connection to Redis that is used for nothing but listening. A client of `redis` fits as it is. */
export interface RedisSubscriber {
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** Called when the connection is there again: what was told meanwhile is asked for. */
  on?(event: 'ready', listener: () => void): unknown;
  off?(event: 'ready', listener: () => void): unknown;
}
