import type { Redis } from 'ioredis';
import type { RedisClient, RedisSubscriber } from '../src/storage/redis/index.ts';

/** A connection of `ioredis` as a storage takes it. */
export function fromIoredis(connection: Redis): RedisClient {
  return { sendCommand: ([name = '', ...rest]) => connection.call(name, rest) };
}

/** A further connection of `ioredis`, to be told of changes. */
export function subscriberFromIoredis(connection: Redis): RedisSubscriber {
  return {
    subscribe: (channel, listener) => {
      connection.on('message', (_channel: string, message: string) => listener(message));
      return connection.subscribe(channel);
    },
    unsubscribe: (channel) => connection.unsubscribe(channel),
    on: (event, listener) => connection.on(event, listener),
    off: (event, listener) => connection.off(event, listener),
  };
}
