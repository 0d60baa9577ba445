import { quantile } from '../clock.ts';
import { type Asked, ServiceClient } from '../overhead-client.ts';
import type { RunOptions } from '../race-workload.ts';
import { pinAsker } from '../pinned.ts';
import { type Row, rowOf } from '../row.ts';

const ID = 'W10';
const USERS = 100;
const ACCOUNTS = 20;
/**
 * Requests of a block go to one service one after the other, as they do where there is one only. After fewer of them, what
 * is measured is how long the caches of the processor take to be filled again: each user is in a block ten times.
 */
const BLOCK = 1_000;
const BLOCKS = 8;
/** So many that the compiler of the engine has nothing left to do. */
const WARM_UP_BLOCKS = 16;
/** So often the services are started anew: where a process lies in memory stays with it, and is chance. */
const STARTS = 8;

/** The services: that without authorization runs twice, which tells how much of a difference is chance. */
const WAYS = ['without', 'with', 'again'] as const;

type Way = (typeof WAYS)[number];

/** What was measured of a route on one of the services, of each block. */
interface Times {
  readonly p50Ns: number[];
  readonly p99Ns: number[];
  readonly worstNs: number[];
  /** For one request. */
  readonly cpuNs: number[];
}

/** A route and what its times are. */
interface Timed {
  readonly name: string;
  readonly asked: (round: number) => Asked;
  readonly times: Readonly<Record<Way, Times>>;
  agreed: boolean;
}

/**
 * Requests to the service of the example over n rows, with and without authorization in turn, each in a process of its own,
 * as a client in a further one sees them: over one connection that is kept, from the call to the end of the body. All
 * answer with as many rows. Figures are those of the median block: what else the machine does comes in bursts.
 */
export async function overhead(n: number, { progress, budgetMs = 4_000 }: RunOptions): Promise<readonly Row[]> {
  const share = Math.min(1, budgetMs / 4_000);
  // A whole run has the process to itself, a test has not.
  if (share === 1) pinAsker();
  let routes: readonly Timed[] = [];
  for (let start = 0; start < Math.ceil(STARTS * share); start++) {
    progress(`${ID} ${n}: starting the services`);
    const clients = {
      without: await ServiceClient.start({ rows: n }),
      with: await ServiceClient.start({ rows: n, users: USERS }),
      again: await ServiceClient.start({ rows: n }),
    };
    try {
      if (start === 0) routes = await routesOf(clients, n);
      progress(`${ID} ${n}: asking`);
      for (let block = 0; block < WARM_UP_BLOCKS * share; block++) await ask(clients, routes, block, 'untimed');
      for (let block = 0; block < BLOCKS * share; block++) await ask(clients, routes, block, 'timed');
    } finally {
      await Promise.all(Object.values(clients).map((client) => client.end()));
    }
  }
  return routes.flatMap((route) => rowsOf(route, n));
}

type Clients = Readonly<Record<Way, ServiceClient>>;

async function routesOf(clients: Clients, n: number): Promise<readonly Timed[]> {
  const items: number[] = [];
  for (let user = 0; user < USERS; user++) {
    const { body } = await clients.with.get({ path: '/footprints', user: `user${user}` });
    items.push((JSON.parse(body) as { readonly rows: readonly { readonly id: number }[] }).rows[0]?.id ?? 0);
  }
  const userOf = (round: number): number => round % USERS;
  const none = (): Times => ({ p50Ns: [], p99Ns: [], worstNs: [], cpuNs: [] });
  const route = (name: string, pathOf: (round: number) => string): Timed => ({
    name,
    asked: (round) => ({ path: pathOf(round), user: `user${userOf(round)}` }),
    times: { with: none(), without: none(), again: none() },
    agreed: true,
  });
  return [
    route('list', (round) => `/footprints?after=${placeOf(round, n / 2)}`),
    route(
      'list of an account',
      (round) => `/accounts/${900 + (round % ACCOUNTS)}/footprints?after=${placeOf(round, n / 4)}`,
    ),
    route('item', (round) => `/footprints/${items[userOf(round)]}`),
  ];
}

/** All over the table: the pages beside those that were read last are still in the caches of the processor. */
function placeOf(round: number, below: number): number {
  return (Math.imul(round, 2_654_435_761) >>> 0) % Math.floor(below);
}

/** Asks each of the services the same, on every route; each is the first in its turn. */
async function ask(
  clients: Clients,
  routes: readonly Timed[],
  block: number,
  mode: 'timed' | 'untimed',
): Promise<void> {
  const first = block % WAYS.length;
  for (const route of routes) {
    const counts: string[] = [];
    for (const way of [...WAYS.slice(first), ...WAYS.slice(0, first)])
      counts.push(await askOne(clients[way], route, block, mode === 'timed' ? route.times[way] : undefined));
    route.agreed &&= new Set(counts).size === 1 && !counts[0]?.includes(FAILED);
  }
}

/** How many rows were in each answer, and whether there was one. */
async function askOne(client: ServiceClient, { asked }: Timed, block: number, times?: Times): Promise<string> {
  const counts: (number | string)[] = [];
  const took: number[] = [];
  const before = await client.cpuNs();
  for (let at = 0; at < BLOCK; at++) {
    const { status, body, tookNs } = await client.get(asked(block * BLOCK + at));
    took.push(tookNs);
    counts.push(status === 200 ? body.split('"id":').length : FAILED);
  }
  times?.cpuNs.push(((await client.cpuNs()) - before) / BLOCK);
  times?.p50Ns.push(quantile(took, 0.5) as number);
  times?.p99Ns.push(quantile(took, 0.99) as number);
  times?.worstNs.push(Math.max(...took));
  return counts.join();
}

const FAILED = 'failed';

function rowsOf({ name, times, agreed }: Timed, n: number): readonly Row[] {
  const { without, again } = times;
  const notes = { without: '', with: moreThan([without, again], times.with), again: moreThan([without], again) };
  return WAYS.map((way) => {
    const { p50Ns, p99Ns, worstNs, cpuNs } = times[way];
    return rowOf({
      workload: ID,
      variant: `${name}: ${SAYS[way]}`,
      n,
      subject: 'cardea',
      p50Ns: quantile(p50Ns, 0.5),
      p99Ns: quantile(p99Ns, 0.5),
      cpuP50Ns: quantile(cpuNs, 0.5),
      worstNs: quantile(worstNs, 1),
      agreed,
      sample: p50Ns.length * BLOCK,
      note: notes[way],
    });
  });
}

const SAYS: Readonly<Record<Way, string>> = {
  without: 'without authorization',
  with: 'with authorization',
  again: 'without authorization, once more',
};

/** In the median block, and of what without authorization there is the mean. */
function moreThan(less: readonly Times[], more: Times): string {
  const median = (times: Times, of: keyof Times): number => quantile(times[of], 0.5) as number;
  const percent = (of: keyof Times): string => {
    const mean = less.reduce((sum, times) => sum + median(times, of), 0) / less.length;
    return `${((median(more, of) / mean - 1) * 100).toFixed(1)} %`;
  };
  return `p50 + ${percent('p50Ns')}, p99 + ${percent('p99Ns')}, CPU + ${percent('cpuNs')}`;
}
