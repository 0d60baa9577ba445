import type { Observer } from './observer.ts';

interface Span {
  setAttribute(name: string, value: string | number): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
}

/** What is needed of the package `@opentelemetry/api`, which fits as it is; `Context` is its own. */
export interface OpenTelemetryApi<Context> {
  readonly trace: {
    getTracer(name: string): {
      startSpan(name: string, options: { kind: number; attributes: Record<string, string> }, context: Context): Span;
    };
    setSpan(context: Context, span: Span): Context;
  };
  readonly context: {
    active(): Context;
    with<T>(context: Context, work: () => T): T;
  };
  readonly propagation: {
    extract<Carrier>(context: Context, carrier: Carrier, getter: CarrierReader<Carrier>): Context;
  };
}

interface CarrierReader<Carrier> {
  get(carrier: Carrier, name: string): string | undefined;
  keys(carrier: Carrier): string[];
}

/** Of OpenTelemetry: the kind of a span that answers somebody, and the status of one that failed. */
const SERVER = 1;
const ERROR = 2;

/**
 * A span for each request, below that of its caller (W3C Trace Context), and above those of whatever the attribute sources
 * and the storage do for it. It has the method, the documented path and the status (OpenTelemetry's conventions for HTTP), and
 * nothing of what was asked.
 *
 * @param api the package `@opentelemetry/api`
 *
 * @example
 * ```ts
 * import * as api from '@opentelemetry/api';
 * await createServer({ guard, observers: [openTelemetry(api)] });
 * ```
 */
export function openTelemetry<Context>({ trace, context, propagation }: OpenTelemetryApi<Context>): Observer {
  const tracer = trace.getTracer('@cardea/server');
  return {
    observe: async ({ request, route, answer }) => {
      const { method, header } = request;
      const parent = propagation.extract(context.active(), header, { get: (from, name) => from(name), keys: () => [] });
      const attributes = { 'http.request.method': method, 'http.route': route };
      const span = tracer.startSpan(`${method} ${route}`, { kind: SERVER, attributes }, parent);
      try {
        const response = await context.with(trace.setSpan(parent, span), answer);
        span.setAttribute('http.response.status_code', response.status);
        if (response.status >= 500) span.setStatus({ code: ERROR });
        return response;
      } finally {
        span.end();
      }
    },
  };
}
