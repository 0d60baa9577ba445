// A server that `npm run bench:server` asks: a decision point, or what a framework alone does with the same requests.
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { createServer } from '../../packages/server/src/node/index.ts';
import { Guard, MemoryStorage } from '../../packages/cardea/src/index.ts';
import { policiesOf } from '../workload.ts';
import { departments } from './questions.ts';

/** What a server is told when it starts. */
export interface ChildTask {
  readonly kind: 'decision point' | 'bare route' | 'floor';
  readonly policies: number;
}

/** What it tells: where it is, and for every message to it what it has taken since the one before. */
export type ChildReport = { readonly url: string } | { readonly cpuUs: number };

const { kind, policies } = JSON.parse(process.argv[2] ?? '') as ChildTask;
const START: Readonly<Record<ChildTask['kind'], () => Promise<Closable>>> = {
  floor: httpFloor,
  'bare route': bareRoute,
  'decision point': () => decisionPointOver(policies),
};
const server = await START[kind]();
let cpu = process.cpuUsage();
process.on('message', () => {
  const { user, system } = process.cpuUsage(cpu);
  cpu = process.cpuUsage();
  report({ cpuUs: user + system });
});
process.once('disconnect', () => void server.close());
report({ url: server.url });

interface Closable {
  readonly url: string;
  close(): Promise<void>;
}

async function decisionPointOver(count: number): Promise<Closable> {
  const storage = new MemoryStorage();
  await storage.addAll(policiesOf(departments, count));
  const guard = new Guard(storage);
  await guard.ready();
  return createServer({ guard });
}

/** Parses a body and writes it again. */
async function bareRoute(): Promise<Closable> {
  const app = Fastify();
  app.post('/access/v1/evaluation', async ({ body }) => body);
  app.post('/access/v1/evaluations', async ({ body }) => body);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
}

/** What HTTP alone takes in Node: reads a body, looks at nothing, and answers what is always the same. */
async function httpFloor(): Promise<Closable> {
  const app = createHttpServer((request, response) => {
    request.resume().once('end', () => response.end('{"decision":true}'));
  });
  await new Promise<void>((resolve) => {
    app.listen(0, '127.0.0.1', resolve);
  });
  const { port } = app.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: async () => void app.close() };
}

function report(message: ChildReport): void {
  process.send?.(message);
}
