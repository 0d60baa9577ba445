/**
 * The decision point as a server of Node.
 *
 * @packageDocumentation
 */
export { createServer, type DecisionServer, type ServerOptions } from './create-server.ts';
export { fileHistory } from './file-history.ts';
export { ndjsonDecisionLog } from './ndjson-decision-log.ts';
export type { StopOptions } from './graceful-stop.ts';
