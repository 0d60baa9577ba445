import { quantile } from '../clock.ts';
import { type Asked, ServiceClient } from '../overhead-client.ts';
import type { RunOptions } from '../race-workload.ts';
import { pinAsker } from '../pinned.ts';
import { type Row, rowOf } from '../row.ts';

const ID = 'W10';
const USERS = 100;
const ACCOUNTS = 20;
/**
 * Requests go to one service one after the other, as they do where there is one only, until the next service has its turn:
 * so few that the services share what else the machine does, which comes in bursts.
 */
const TURN = 200;
/**
 * At the beginning of a turn, untimed: the caches of the processor are filled again. The first request takes twice as long for
 * it and some more a little longer; it would be half of the slowest hundredth, and a service alone has none such.
 */
const UNTIMED = 20;
const TURNS = 60;
/** So many that the compiler of the engine has nothing left to do. */
const WARM_UP_TURNS = 80;
/** So often the services are started anew: where a process lies in memory stays with it, and is chance. */
const STARTS = 12;

/** The services: that without authorization runs twice, which tells how much of a difference is chance. */
const WAYS = ['without', 'with', 'again'] as const;

type Way = (typeof WAYS)[number];

/** What was measured of a route on one of the services, in each start. */
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
  /** Requests to each service. */
  sample: number;
}

/**
 * Requests to the service of the example over n rows, with and without authorization by turns, each in a process of its own,
 * as a client in a further one sees them: over one connection that is kept, from the call to the end of the body. All
 * answer with as many rows. Figures are geometric means over the starts: the quotient of two is the mean of the quotients
 * within a start, whose services the machine was equally quick for.
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
      await ask(clients, routes, WARM_UP_TURNS * share);
      const answers = await ask(clients, routes, TURNS * share);
      for (const [at, route] of routes.entries()) note(route, answers[at] as Answered);
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
    sample: 0,
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

/** What the services answered to a route, request by request, and the processor time that it took. */
type Answered = Readonly<
  Record<Way, { readonly counts: (number | string)[]; readonly tookNs: number[]; cpuNs: number }>
>;

/** Asks each of the services the same, on every route; each begins by turns. */
async function ask(clients: Clients, routes: readonly Timed[], turns: number): Promise<readonly Answered[]> {
  const none = (): Answered[Way] => ({ counts: [], tookNs: [], cpuNs: 0 });
  const answered = routes.map(() => ({ without: none(), with: none(), again: none() }));
  for (let turn = 0; turn < turns; turn++) {
    const first = turn % WAYS.length;
    for (const [at, { asked }] of routes.entries())
      for (const way of [...WAYS.slice(first), ...WAYS.slice(0, first)])
        await askInTurn(clients[way], turn, asked, (answered[at] as Answered)[way]);
  }
  return answered;
}

async function askInTurn(client: ServiceClient, turn: number, asked: Timed['asked'], to: Answered[Way]): Promise<void> {
  for (let round = turn * TURN - UNTIMED; round < turn * TURN; round++) await client.get(asked(Math.abs(round)));
  const before = await client.cpuNs();
  for (let round = turn * TURN; round < (turn + 1) * TURN; round++) {
    const { status, body, tookNs } = await client.get(asked(round));
    to.tookNs.push(tookNs);
    // How many rows are in it, if it is one.
    to.counts.push(status === 200 ? body.split('"id":').length : FAILED);
  }
  to.cpuNs += (await client.cpuNs()) - before;
}

const FAILED = 'failed';

/** Keeps what a start has shown of a route. */
function note(route: Timed, answered: Answered): void {
  const counts = WAYS.map((way) => answered[way].counts.join());
  route.agreed &&= new Set(counts).size === 1 && !counts[0]?.includes(FAILED);
  route.sample += answered.with.tookNs.length;
  for (const way of WAYS) {
    const { tookNs, cpuNs } = answered[way];
    const times = route.times[way];
    times.p50Ns.push(quantile(tookNs, 0.5) as number);
    times.p99Ns.push(quantile(tookNs, 0.99) as number);
    times.worstNs.push(Math.max(...tookNs));
    times.cpuNs.push(cpuNs / tookNs.length);
  }
}

function rowsOf({ name, times, agreed, sample }: Timed, n: number): readonly Row[] {
  const { without, again } = times;
  const notes = { without: '', with: moreThan([without, again], times.with), again: moreThan([without], again) };
  return WAYS.map((way) =>
    rowOf({
      workload: ID,
      variant: `${name}: ${SAYS[way]}`,
      n,
      subject: 'cardea',
      p50Ns: mean(times[way].p50Ns),
      p99Ns: mean(times[way].p99Ns),
      cpuP50Ns: mean(times[way].cpuNs),
      worstNs: quantile(times[way].worstNs, 1),
      agreed,
      sample,
      note: notes[way],
    }),
  );
}

const SAYS: Readonly<Record<Way, string>> = {
  without: 'without authorization',
  with: 'with authorization',
  again: 'without authorization, once more',
};

/** Of what without authorization there is the mean. */
function moreThan(less: readonly Times[], more: Times): string {
  const percent = (of: keyof Times): string => {
    const base = less.reduce((sum, times) => sum + mean(times[of]), 0) / less.length;
    return `${((mean(more[of]) / base - 1) * 100).toFixed(1)} %`;
  };
  return `p50 + ${percent('p50Ns')}, p99 + ${percent('p99Ns')}, CPU + ${percent('cpuNs')}`;
}

/** The geometric one. */
function mean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
