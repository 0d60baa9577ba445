import type { ServerConfig } from '@cardea/server/config';
import type { ChangeBus } from 'cardea';
import { natsBus } from 'cardea/storage/nats';
import { connectNats } from './connect-nats.ts';
import { parseNatsUrl } from './log-address.ts';

/** Works with what instances tell each other of changes by, where the configuration names it. */
export async function withBus<T>(
  { bus: { url, subject } }: ServerConfig,
  work: (bus: ChangeBus | undefined) => Promise<T>,
): Promise<T> {
  if (url === undefined) return work(undefined);
  const connection = await connectNats(parseNatsUrl(url), 'bus.url');
  try {
    return await work(natsBus(connection, { subject }));
  } finally {
    await connection.close();
  }
}
