import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';

/** Connects to a server of NATS by its URL, of which the driver itself takes host and port alone. */
export async function connectNats(url: string, options: ConnectionOptions = {}): Promise<NatsConnection> {
  const { host, username, password } = new URL(url);
  const credentials = username === '' ? {} : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return connect({ ...options, ...credentials, servers: host });
}
