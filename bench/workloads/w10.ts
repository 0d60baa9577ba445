import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { quantile } from '../clock.ts';
import type { ServiceOrder, ServicePorts } from '../overhead-service.ts';
import type { RunOptions } from '../race-workload.ts';
import { type Row, rowOf } from '../row.ts';

const ID = 'W10';
const USERS = 100;
const ROUNDS = 6_000;
const WARM_UP_ROUNDS = 2_000;
const ACCOUNTS = 20;

type Way = keyof ServicePorts;

/** One request, and how many rows the answer has. */
interface Asked {
  readonly path: string;
  readonly user: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly tookNs: number;
}

/** A route and what its times are. */
interface Timed {
  readonly name: string;
  readonly asked: (round: number) => Asked;
  readonly tookNs: Readonly<Record<Way, number[]>>;
  agreed: boolean;
}

/**
 * Requests to the service of the example over n rows, with and without authorization in turn, as a client in another
 * process sees them: over one connection that is kept, from the call to the end of the body. Both answer with as many rows.
 */
export async function overhead(n: number, { progress }: RunOptions): Promise<readonly Row[]> {
  progress(`${ID} ${n}: starting the service`);
  const order: ServiceOrder = { rows: n, users: USERS };
  const service = fork(join(import.meta.dirname, '../overhead-service.ts'), [JSON.stringify(order)], {
    execArgv: ['--conditions=cardea-source'],
  });
  try {
    const [ports] = (await once(service, 'message')) as [ServicePorts];
    const client = new Client(ports);
    const routes = await routesOf(client, n);
    progress(`${ID} ${n}: asking`);
    for (let round = 0; round < WARM_UP_ROUNDS; round++) await ask(client, routes, round, 'untimed');
    for (let round = 0; round < ROUNDS; round++) await ask(client, routes, round, 'timed');
    client.close();
    return routes.flatMap((route) => rowsOf(route, n));
  } finally {
    await end(service);
  }
}

async function routesOf(client: Client, n: number): Promise<readonly Timed[]> {
  const items: number[] = [];
  for (let user = 0; user < USERS; user++) {
    const { body } = await client.get('with', { path: '/footprints', user: `user${user}` });
    items.push((JSON.parse(body) as { readonly rows: readonly { readonly id: number }[] }).rows[0]?.id ?? 0);
  }
  const userOf = (round: number): number => round % USERS;
  const route = (name: string, pathOf: (round: number) => string): Timed => ({
    name,
    asked: (round) => ({ path: pathOf(round), user: `user${userOf(round)}` }),
    tookNs: { with: [], without: [] },
    agreed: true,
  });
  return [
    route('list', (round) => `/footprints?after=${(round * 97) % Math.floor(n / 2)}`),
    route('list of an account', (round) => `/accounts/${900 + (round % ACCOUNTS)}/footprints`),
    route('item', (round) => `/footprints/${items[userOf(round)]}`),
  ];
}

async function ask(client: Client, routes: readonly Timed[], round: number, mode: 'timed' | 'untimed'): Promise<void> {
  // Each goes first in its turn: the second finds the pages of the database in the caches of the processor.
  const ways: readonly Way[] = round % 2 === 0 ? ['with', 'without'] : ['without', 'with'];
  for (const route of routes) {
    const asked = route.asked(round);
    const rows: number[] = [];
    for (const way of ways) {
      const { status, body, tookNs } = await client.get(way, asked);
      if (mode === 'timed') route.tookNs[way].push(tookNs);
      route.agreed &&= status === 200;
      rows.push(body.split('"id":').length);
    }
    route.agreed &&= rows[0] === rows[1];
  }
}

/** A client with one connection to each service. */
class Client {
  readonly #ports: ServicePorts;
  readonly #agents: Readonly<Record<Way, Agent>> = { with: keeping(), without: keeping() };

  constructor(ports: ServicePorts) {
    this.#ports = ports;
  }

  async get(way: Way, { path, user }: Asked): Promise<Answer> {
    const options = { port: this.#ports[way], agent: this.#agents[way], path, headers: { 'x-user': user } };
    const start = process.hrtime.bigint();
    const { status, body } = await new Promise<Omit<Answer, 'tookNs'>>((resolve, reject) => {
      const request = get({ host: '127.0.0.1', ...options }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => void (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on('error', reject);
      });
      request.on('error', reject);
    });
    return { status, body, tookNs: Number(process.hrtime.bigint() - start) };
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }
}

function keeping(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1 });
}

function rowsOf({ name, tookNs, agreed }: Timed, n: number): readonly Row[] {
  const at = (way: Way, share: number): number => quantile(tookNs[way], share) as number;
  const more = (share: number): string => `${((at('with', share) / at('without', share) - 1) * 100).toFixed(1)} %`;
  return (['without', 'with'] as const).map((way) =>
    rowOf({
      workload: ID,
      variant: `${name}: ${way} authorization`,
      n,
      subject: 'cardea',
      p50Ns: at(way, 0.5),
      p99Ns: at(way, 0.99),
      worstNs: at(way, 1),
      agreed,
      sample: ROUNDS,
      note: way === 'with' ? `p50 + ${more(0.5)}, p99 + ${more(0.99)}` : '',
    }),
  );
}

async function end(service: ChildProcess): Promise<void> {
  if (service.exitCode !== null) return;
  service.disconnect();
  await once(service, 'exit');
}
