import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { pino } from 'pino';
import * as client from 'prom-client';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNats } from '../../../test/connect-nats.ts';
import { describeOwnServer } from '../../../test/own-server.ts';
import { describeService } from '../../../test/services.ts';
import { redisSite } from '../../cardea/test/database-sites.ts';
import { type ApiResponse, apiKeys, createApiKey, decisionPoint, type DecisionPointOptions } from '../src/index.ts';
import { decisionLog, openTelemetry, prometheusMetrics, toNatsStream, toRedisStream } from '../src/observe/index.ts';
import { DENIED, DIRECTORY, libraryGuard, PERMITTED } from './library.ts';

type Ask = (
  method: string,
  path: string,
  body?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<ApiResponse>;

async function pointOf(options: Partial<DecisionPointOptions>): Promise<Ask> {
  const handle = await decisionPoint({
    guard: libraryGuard(),
    directory: DIRECTORY,
    publicUrl: 'https://pdp.example',
    ...options,
  });
  return (method, path, body, headers = {}) => {
    const all: Readonly<Record<string, string>> = { 'content-type': 'application/json', ...headers };
    const bytes = new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body));
    return handle({ method, path, query: '', header: (name) => all[name], body: bytes });
  };
}

describe('metrics', () => {
  it('count requests by documented paths, decisions by what they are, and tell of the guard', async () => {
    const guard = libraryGuard();
    const metrics = prometheusMetrics(client, { guard, decisionLog: { dropped: 3, waiting: 1 } });
    const ask = await pointOf({ guard, metrics });
    await ask('POST', '/access/v1/evaluation', PERMITTED);
    await ask('POST', '/access/v1/evaluations', { evaluations: [PERMITTED, DENIED] });
    await ask('POST', '/access/v1/evaluation', {});
    for (const path of ['/secret/alice', '/secret/bob']) await ask('BREW', path);
    const { status, headers, body } = await ask('GET', '/metrics');
    expect([status, headers['content-type']]).toEqual([200, client.register.contentType]);
    for (const line of [
      'cardea_http_requests_total{route="/access/v1/evaluation",method="POST",status="200"} 1',
      'cardea_http_requests_total{route="/access/v1/evaluation",method="POST",status="400"} 1',
      'cardea_http_requests_total{route="/access/v1/evaluations",method="POST",status="200"} 1',
      'cardea_http_requests_total{route="other",method="other",status="404"} 2',
      'cardea_http_request_duration_seconds_count{route="/access/v1/evaluation"} 2',
      'cardea_decisions_total{decision="allow"} 2',
      'cardea_decisions_total{decision="deny"} 1',
      'cardea_guard_revision 1',
      'cardea_guard_policies 3',
      'cardea_guard_failing 0',
      'cardea_decision_log_dropped 3',
    ])
      expect(body.split('\n')).toContain(line);
    expect(body).not.toMatch(/alice|secret/);
  });

  it('are told to auditors, and not to deciders or to whoever does not say who they are', async () => {
    const keys = await Promise.all(
      (['decider', 'auditor'] as const).map((role) => createApiKey({ id: role, caller: role, roles: [role] })),
    );
    const [first, ...rest] = keys.map(({ record }) => record);
    const ask = await pointOf({
      metrics: prometheusMetrics(client),
      authenticators: [apiKeys(first === undefined ? [] : [first, ...rest])],
    });
    const statuses = await Promise.all(
      [{}, ...keys.map(({ key }) => ({ authorization: `Bearer ${key}` }))].map(
        async (headers) => (await ask('GET', '/metrics', undefined, headers)).status,
      ),
    );
    expect(statuses).toEqual([401, 403, 200]);
  });

  it('are not there where nobody wants them', async () => {
    expect((await (await pointOf({}))('GET', '/metrics')).status).toBe(404);
  });
});

describe('traces', () => {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  });
  afterAll(() => {
    for (const each of [api.context, api.propagation, api.trace]) each.disable();
  });

  it('have a span for each request, below that of the caller and above those within', async () => {
    const directory = {
      ...DIRECTORY,
      find: async (type: string, id: string) => {
        api.trace.getTracer('inner').startSpan('find').end();
        return DIRECTORY.find(type, id);
      },
    };
    const ask = await pointOf({ directory, observers: [openTelemetry(api)] });
    const [trace, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    await ask('POST', '/access/v1/evaluation', PERMITTED, { traceparent: `00-${trace}-${parent}-01` });
    const spans = exporter.getFinishedSpans();
    const own = spans.find(({ name }) => name === 'POST /access/v1/evaluation');
    expect(own).toMatchObject({
      kind: api.SpanKind.SERVER,
      parentSpanContext: { spanId: parent, traceId: trace },
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/access/v1/evaluation',
        'http.response.status_code': 200,
      },
    });
    const inner = spans.filter(({ name }) => name === 'find');
    expect(inner.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
      own?.spanContext().spanId,
      own?.spanContext().spanId,
    ]);
    exporter.reset();
  });

  it('say of an answer that something failed within', async () => {
    const guard = { check: () => Promise.reject(new Error('broken')) };
    const ask = await pointOf({ guard, observers: [openTelemetry(api)] });
    await ask('POST', '/access/v1/evaluation', PERMITTED);
    expect(exporter.getFinishedSpans().map(({ status }) => status.code)).toEqual([api.SpanStatusCode.ERROR]);
  });
});

describe('a logger of pino', () => {
  it('is told what failed, by the id of the request', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const ask = await pointOf({ guard: { check: () => Promise.reject(new Error('broken')) }, logger });
    const answer = await ask('POST', '/access/v1/evaluation', PERMITTED, { 'x-request-id': 'r-1' });
    expect([answer.status, answer.body.includes('broken')]).toEqual([500, false]);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { msg: 'a request failed', requestId: 'r-1', err: { message: 'broken' } },
    ]);
  });
});

describeService('redis', 'a decision log in a stream of Redis', (url) => {
  it('has an entry for each decision, the newest ones', async () => {
    const { address, remove } = redisSite(url);
    const redis = await createClient({ url }).connect();
    const key = `{${(address as { readonly prefix: string }).prefix}}:decisions`;
    const log = decisionLog({ send: toRedisStream(redis, { key, maxLength: 1000 }), whenFull: 'block' });
    for (let revision = 1; revision <= 3000; revision++) void log.write({ revision, outcome: 'allow' } as never);
    await log.close();
    const newest = await redis.xRevRange(key, '+', '-', { COUNT: 1 });
    expect(JSON.parse(String(newest?.[0]?.message['record']))).toEqual({ revision: 3000, outcome: 'allow' });
    expect(await redis.xLen(key)).toBeLessThan(1300);
    expect(log.dropped).toBe(0);
    redis.destroy();
    await remove();
  });
});

describeOwnServer('nats', 'a decision log in a stream of NATS', (server) => {
  it('has each decision once, though the server is killed meanwhile, and tells in short what is too long', async () => {
    const connection = await connectNats(server().url, { maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    const { streams } = await jetstreamManager(connection);
    await streams.add({ name: 'decisions', subjects: ['cardea.decisions'] });
    const send = toNatsStream(jetstream(connection, { timeout: 500 }), { maxBytes: 10_000 });
    const log = decisionLog({ send, whenFull: 'block' });
    for (let revision = 1; revision <= 3000; revision++) {
      const inquiry = revision === 7 ? { context: { long: 'x'.repeat(20_000) } } : {};
      void log.write({ revision, outcome: 'allow', inquiry } as never);
      if (revision === 1500) await server().kill();
    }
    await log.flush();
    const { state } = await streams.info('decisions');
    const stored = await Promise.all(
      Array.from({ length: state.messages }, async (_, at) => streams.getMessage('decisions', { seq: at + 1 })),
    );
    const records = stored.map((message) => message?.json() as { readonly revision: number });
    expect(records.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 3000 }, (_, at) => at + 1),
    );
    expect(records.find(({ revision }) => revision === 7)).toEqual({
      revision: 7,
      outcome: 'allow',
      omittedBytes: expect.closeTo(20_050, -2),
    });
    expect([log.dropped, log.waiting]).toEqual([0, 0]);
    await connection.close();
  });

  it('drops and counts where no stream takes them', async () => {
    const connection = await connectNats(server().url);
    const log = decisionLog({
      send: toNatsStream(jetstream(connection), { subject: 'nobody.listens' }),
      whenFull: 'drop',
    });
    void log.write({ revision: 1 } as never);
    await log.flush();
    expect(log.dropped).toBe(1);
    await connection.close();
  });
});
