export type { ChangeBus } from '../../ports/change-bus.ts';
export { natsBus, type NatsBusOptions, type NatsClient } from './nats-bus.ts';
