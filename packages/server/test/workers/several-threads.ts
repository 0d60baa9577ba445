import { Agent, request } from 'node:http';
import { Guard, type Inquiry, type Storage } from 'cardea';
import * as client from 'prom-client';
import { onTestFinished } from 'vitest';
import { apiKeys, createApiKey } from '../../src/index.ts';
import { prometheusMetrics } from '../../src/observe/index.ts';
import { createWorkers, SharedPolicies } from '../../src/workers/index.ts';

/** What was answered, and by which thread. */
export interface Answer {
  readonly status: number;
  readonly body: { readonly decision?: boolean; readonly ready?: boolean };
  readonly text: string;
  readonly revision: number;
  readonly tag: string | undefined;
  /** Undefined for what the main thread answered. */
  readonly thread: string | undefined;
}

/** A request by what differs from a question on a connection of its own. */
export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: Agent;
}

/** A server of several threads, which ends with the test. */
export interface Several {
  readonly url: string;
  readonly guard: Guard;
  /** Sends a request. Rejects where nothing answers. */
  readonly send: (path: string, asked?: Asked) => Promise<Answer>;
  readonly evaluate: (inquiry: Inquiry, asked?: Asked) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

const { key, record } = await createApiKey({ id: 'test', roles: ['admin'] });
const EXEC_ARGV = ['--conditions=cardea-source', '--no-warnings'];
const SCRIPT = new URL('./worker-child.ts', import.meta.url);

/** @param options.workers 2 when absent */
export async function severalThreads(
  storage: Storage,
  { workers = 2 }: { readonly workers?: number } = {},
): Promise<Several> {
  const shared = new SharedPolicies();
  const guard = new Guard(storage, { engine: shared.engine });
  await guard.ready();
  const server = await createWorkers({
    guard,
    shared,
    workers,
    script: SCRIPT,
    execArgv: EXEC_ARGV,
    data: { record },
    policies: storage,
    authenticators: [apiKeys([record])],
    metrics: prometheusMetrics(client, { guard }),
    limits: { waitMs: 2000 },
  });
  const close = async (): Promise<void> => {
    await server.close();
    await guard.close();
  };
  onTestFinished(close);
  const send: Several['send'] = (path, { method, body, headers = {}, agent } = {}) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const all = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers };
    return new Promise((resolve, reject) => {
      const options = { method: method ?? (body === undefined ? 'GET' : 'POST'), headers: all, agent: agent ?? false };
      const sent = request(`${server.url}${path}`, options, (response) => {
        let got = '';
        response.setEncoding('utf8').on('data', (part: string) => (got += part));
        response.on('error', reject).on('end', () => {
          const { 'cardea-revision': revision, 'x-thread': thread, etag } = response.headers;
          const isJson = got.startsWith('{');
          resolve({
            status: response.statusCode ?? 0,
            text: got,
            body: isJson ? (JSON.parse(got) as Answer['body']) : {},
            revision: Number(revision ?? -1),
            tag: etag,
            thread: thread as string | undefined,
          });
        });
      });
      sent.on('error', reject).end(text);
    });
  };
  const evaluate: Several['evaluate'] = (inquiry, asked) => send('/access/v1/evaluation', { ...asked, body: inquiry });
  return { url: server.url, guard, send, evaluate, close };
}

/** A connection that asks again as soon as it is answered. */
export function oneConnection(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}
