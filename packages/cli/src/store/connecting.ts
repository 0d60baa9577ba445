/** How many connections a command has at most. */
export const CONNECTIONS = 4;

/** How long a command waits for a server that does not answer. */
export const CONNECT_MS = 10_000;
