/**
 * The decision point on several cores: threads that answer at one address over one index, which is in memory that they
 * share. On Linux and what else balances connections among listeners of one port (`reusePort` of Node).
 *
 * @packageDocumentation
 */
export { createWorkers, type WorkersOptions } from './create-workers.ts';
export { joinWorkers, type WorkerPlace, type WorkerServerOptions } from './join-workers.ts';
export { type Publication, SharedPolicies } from './shared-policies.ts';
