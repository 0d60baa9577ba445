/**
 * What operators see of a decision point: metrics, traces, and a log of decisions.
 *
 * @packageDocumentation
 */
export { type DecisionLog, decisionLog, type DecisionLogOptions, toSink } from './decision-log.ts';
export { type JetStreamPublisher, type NatsStreamOptions, toNatsStream } from './nats-stream.ts';
export type { Observed, Observer } from './observer.ts';
export { openTelemetry, type OpenTelemetryApi } from './open-telemetry.ts';
export { type MetricSources, prometheusMetrics, type PrometheusClient, type PrometheusMetrics } from './prometheus.ts';
export { toRedisStream, type RedisStreamOptions, type StreamClient } from './redis-stream.ts';
export { requestLog } from './request-log.ts';
