import BetterSqlite from 'better-sqlite3';
import { Guard, type Json, MemoryStorage, type Policy, type QueryPlan } from 'cardea';
import { filter } from 'cardea/filter';
import { type SqlMapping, sqlText } from 'cardea/filter/sql';
import { quantile, type Spent, spent, spentLater } from '../clock.ts';
import type { RunOptions } from '../race-workload.ts';
import { below, pick, type Random, randomOf } from '../random.ts';
import { type Row, rowOf } from '../row.ts';

const TIMES = 15;
const SAMPLE = 300;
/** How often the same plan is asked for. */
const AGAIN = 500;
const COUNTRIES = Array.from({ length: 40 }, (_, at) => `C${at}`);
const STATUSES = ['open', 'draft', 'closed', 'secret'];
/** Policies of one team, of whom the subject is one: two of them deny. */
const OF_A_TEAM = 12;
/** Rows of the table for each thing in memory. */
const ROWS_A_THING = 10;

const MAPPING: SqlMapping = {
  dialect: 'sqlite',
  strict: true,
  columns: {
    country: { column: 'country', type: 'text', nulls: 'never' },
    owner: { column: 'owner', type: 'text', nulls: 'missing' },
    status: { column: 'status', type: 'text', nulls: 'never' },
    amount: { column: 'amount', type: 'integer', nulls: 'missing' },
  },
};

interface Thing {
  readonly [name: string]: Json;
  readonly n: number;
}

/** Plans over n policies, and filters n things in memory and ten times as many in SQLite by such a plan. */
export async function filters(n: number, { progress }: RunOptions): Promise<readonly Row[]> {
  progress(`W7 ${n}: loading`);
  const policies = Array.from({ length: n }, (_, number) => policyOf(number));
  const guard = new Guard(new MemoryStorage(policies));
  await guard.ready();
  const things = Array.from({ length: n }, (_, number) => thingOf(number));
  progress(`W7 ${n}: planning`);
  const plans = await planning(guard, n);
  const plan = await guard.plan(questionOf(0));
  progress(`W7 ${n}: filtering`);
  const agreed = agrees(guard, plan, things);
  const inMemory = timesOf(() => filter(plan, things));
  const rows = [
    ...plans.map((row) => ({ ...row, agreed, sample: SAMPLE })),
    rowFor('filter of things: filter', n, inMemory, {
      agreed,
      sample: SAMPLE,
      note: `a thing: ${perThing(inMemory, n)}`,
    }),
    ...inSqlite(plan, n),
  ];
  await guard.close();
  return rows;
}

async function planning(guard: Guard, n: number): Promise<readonly Row[]> {
  const first: Spent[] = [];
  const again: Spent[] = [];
  for (let team = 1; team <= TIMES; team++) {
    first.push(await spentLater(async () => void (await guard.plan(questionOf(team)))));
    const all = await spentLater(async () => {
      for (let time = 0; time < AGAIN; time++) await guard.plan(questionOf(team));
    });
    again.push({ wallNs: all.wallNs / AGAIN, cpuNs: all.cpuNs / AGAIN });
  }
  return [
    rowFor('plan over policies: first', n, first, { coldNs: first[0]?.wallNs ?? null }),
    rowFor('plan over policies: again', n, again, {}),
  ];
}

function inSqlite(plan: QueryPlan, n: number): readonly Row[] {
  const database = new BetterSqlite(':memory:');
  database.exec(
    'create table things (n integer primary key, country text not null, owner text, status text not null, amount integer) strict',
  );
  const insert = database.prepare('insert into things values (?, ?, ?, ?, ?)');
  const rows = n * ROWS_A_THING;
  database.transaction(() => {
    for (let number = 0; number < rows; number++) {
      const { country, owner = null, status, amount = null } = thingOf(number);
      insert.run(number, country, owner, status, amount);
    }
  })();
  database.exec('create index by_country on things (country)');
  const { text, parameters } = sqlText(plan, MAPPING);
  const made = database.prepare(`select n from things where ${text}`).pluck();
  const byHand = database.prepare(`select n from things where ${BY_HAND}`).pluck();
  const agreed = String(made.all(...parameters)) === String(byHand.all());
  const times = { filter: [] as Spent[], byHand: [] as Spent[] };
  for (let round = 0; round < TIMES; round++) {
    times.filter.push(spent(() => made.all(...parameters)));
    times.byHand.push(spent(() => byHand.all()));
  }
  database.close();
  return [
    rowFor('filter of rows in SQLite: filter', rows, times.filter, { agreed, sample: rows }),
    rowFor('filter of rows in SQLite: by hand', rows, times.byHand, { agreed, sample: rows }),
  ];
}

function agrees(guard: Guard, plan: QueryPlan, things: readonly Thing[]): boolean {
  const chosen = things.slice(0, SAMPLE);
  const allowed = chosen.filter((resource) => guard.allows({ ...questionOf(0), resource }));
  return String(filter(plan, chosen).map(({ n }) => n)) === String(allowed.map(({ n }) => n)) && allowed.length > 0;
}

function questionOf(team: number): { readonly subject: Json; readonly action: string } {
  return { subject: { id: `u${team}`, team: `t${team}` }, action: 'read' };
}

function policyOf(number: number): Policy {
  const random = randomOf('W7 policy', number);
  const team = `t${Math.floor(number / OF_A_TEAM)}`;
  const turn = number % OF_A_TEAM;
  const base = { uid: `p${number}`, subjects: [{ team }], actions: ['read'] };
  if (turn === 0) return { ...base, effect: 'deny', resources: [{ status: 'secret' }] };
  if (turn === 1) return { ...base, effect: 'deny', resources: [{ amount: { $greater: 900 } }] };
  if (turn === 2) return { ...base, effect: 'allow', resources: [{ owner: { $eq: { $subject: 'id' } } }] };
  return {
    ...base,
    effect: 'allow',
    resources: [{ country: countryOf(turn), status: pick(random, ['open', 'open']) }],
  };
}

function countryOf(turn: number): string {
  return COUNTRIES[turn] as string;
}

/** What somebody would have written for the first team. */
const BY_HAND = `(owner = 'u0' or status = 'open' and country in (${COUNTRIES.slice(3, OF_A_TEAM)
  .map((country) => `'${country}'`)
  .join(', ')})) and status <> 'secret' and (amount is null or amount <= 900)`;

function thingOf(number: number): Thing {
  const random: Random = randomOf('W7 thing', number);
  const optional = below(random, 10);
  return {
    n: number,
    country: pick(random, COUNTRIES),
    status: pick(random, STATUSES),
    ...(optional === 0 ? {} : { owner: `u${below(random, 100)}` }),
    ...(optional === 1 ? {} : { amount: below(random, 1_000) }),
  };
}

function timesOf(work: () => void): readonly Spent[] {
  return Array.from({ length: TIMES }, () => spent(work));
}

function perThing(times: readonly Spent[], n: number): string {
  return `${(
    (quantile(
      times.map(({ wallNs }) => wallNs),
      0.5,
    ) as number) / n
  ).toFixed(0)} ns`;
}

function rowFor(variant: string, n: number, times: readonly Spent[], known: Partial<Row>): Row {
  const wallNs = times.map((time) => time.wallNs);
  return rowOf({
    workload: 'W7',
    variant,
    n,
    subject: 'cardea',
    p50Ns: quantile(wallNs, 0.5),
    p99Ns: quantile(wallNs, 0.99),
    worstNs: quantile(wallNs, 1),
    cpuP50Ns: quantile(
      times.map(({ cpuNs }) => cpuNs),
      0.5,
    ),
    ...known,
  });
}
