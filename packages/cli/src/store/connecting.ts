/** How a command is connected: until it has done its work, or for as long as it runs, while servers come and go. */
export type Connecting = 'briefly' | 'lasting';

/** How many connections a command has at most. */
export const CONNECTIONS: Readonly<Record<Connecting, number>> = { briefly: 4, lasting: 10 };

/** How long a command waits for a server that does not answer. */
export const CONNECT_MS = 10_000;
