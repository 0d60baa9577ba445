// Two decision points over one PostgreSQL that comes and goes, while policies change: every answer has to be that of the
// revision which it says it is of. Ends with 1 where one was not, where a failure was not declared, or memory grew; the
// last line counts these checks.
//   npm run soak [-- --seconds 600]
import { parseArgs } from 'node:util';
import { setTimeout } from 'node:timers/promises';
import { postgresSite } from '../packages/cardea/test/database-sites.ts';
import { cuttable } from '../packages/server/test/instances/cuttable.ts';
import { type Answer, Instance, letting } from '../packages/server/test/instances/instance.ts';
import { readAddresses } from './services/records.ts';
import { startServices, stopServices } from './services/manage.ts';
import { formatTally, type Tally, writeTally } from './tally.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string' } } });
const seconds = Number(values.seconds ?? 600);
if (!(seconds >= 10)) throw new Error(`--seconds is a number from 10 on, not \`${values.seconds}\``);

const USERS = 100;
const READERS = 4;
/** The store is there so long, and then gone so long. */
const THERE_MS = 6_000;
const GONE_MS = 1_500;
/** How much more memory the end may have than the time after the first quarter: caches fill up. */
const MOST_GROWTH = 1.2;

const [service] = await startServices(['postgres']);
const found = readAddresses()?.postgres;
if (found === undefined || !('url' in found)) {
  console.log(`skipped: there is no PostgreSQL: ${found?.skipped}`);
  finish({ passed: 0, failed: 0, skipped: 1 });
  process.exit();
}
const site = await postgresSite(found.url);
const way = await cuttable(found.url);
const through = new URL(site.address.url);
through.host = new URL(way.url).host;
const address = { ...site.address, url: through.href };
const instances = await Promise.all([Instance.start({ address }), Instance.start({ address })]);

const over = new AbortController();
/** Of each revision, whom it lets in: the reference. */
const allowed = new Map<number, ReadonlySet<string>>([[0, new Set()]]);
const given: { readonly user: string; readonly answer: Answer }[] = [];
const undeclared = new Map<number, number>();
let refused = 0;
let changes = 0;
const memory: number[] = [];

const end = setTimeout(seconds * 1000).then(() => over.abort());
await Promise.all([end, write(), interrupt(), watchMemory(), ...Array.from({ length: READERS }, (_, at) => read(at))]);
way.mend();
await Promise.all(instances.map((instance) => instance.stop()));
await way.close();
await site.remove();
if (service?.state === 'started') await stopServices(['postgres']);

const wrong = given.filter(({ user, answer }) => allowed.get(answer.revision)?.has(user) !== answer.allowed);
const unknown = wrong.filter(({ answer }) => !allowed.has(answer.revision)).length;
const quarter = Math.floor(memory.length / 4);
const growth = middle(memory.slice(-quarter)) / middle(memory.slice(quarter, 2 * quarter));
console.log(
  `${given.length} decisions over ${allowed.size} revisions by ${changes} changes; ${refused} answers of 503`,
);
console.log(`${wrong.length} wrong, of which ${unknown} of a revision that nobody made`);
console.log(`other failures: ${undeclared.size === 0 ? 'none' : JSON.stringify([...undeclared])}`);
console.log(`memory in use in the last quarter: ${growth.toFixed(2)} of the second one`);
const checks = [
  // Nothing was wrong, and something was asked, while something changed.
  wrong.length === 0 && given.length > 0 && allowed.size > 1,
  undeclared.size === 0,
  growth <= MOST_GROWTH,
];
const passed = checks.filter((holds) => holds).length;
finish({ passed, failed: checks.length - passed, skipped: 0 });

/** Says how it went, to whoever started this too. */
function finish(tally: Tally): void {
  const report = process.env['CARDEA_REPORT'];
  if (report !== undefined) writeTally(report, tally);
  process.exitCode = tally.failed > 0 ? 1 : 0;
  console.log(formatTally(tally));
}

/** Lets one user in or out after the other, by one instance after the other. */
async function write(): Promise<void> {
  let revision = 0;
  for (let turn = 0; !over.signal.aborted; turn++) {
    const instance = instances[turn % 2] as Instance;
    const users = allowed.get(revision) ?? new Set();
    const user = `u${(turn * 37) % USERS}`;
    const isIn = users.has(user);
    const change = isIn ? { type: 'delete', uid: user } : { type: 'add', policy: letting(user) };
    const made = await instance.change(change, revision);
    if (made.revision === undefined) {
      note(made.status);
      // Whether it was made nobody knows before the store says so.
      revision = await known(instance, revision);
      continue;
    }
    changes += 1;
    ({ revision } = made as { readonly revision: number });
    allowed.set(revision, new Set(isIn ? [...users].filter((each) => each !== user) : [...users, user]));
    await setTimeout(10);
  }
}

/** What is there after a change that may have been made. */
async function known(instance: Instance, revision: number): Promise<number> {
  while (!over.signal.aborted) {
    const listed = await instance.listed();
    if (listed !== undefined) {
      allowed.set(listed.revision, new Set(listed.uids));
      return listed.revision;
    }
    await setTimeout(100);
  }
  return revision;
}

async function read(number: number): Promise<void> {
  for (let turn = 0; !over.signal.aborted; turn++) {
    const user = `u${(turn * 13 + number) % USERS}`;
    const answer = await (instances[turn % 2] as Instance).ask(user);
    if (answer.status === 200) given.push({ user, answer });
    else note(answer.status);
    await setTimeout(1);
  }
}

/** Takes the store away, over and over, and gives it back before the end. */
async function interrupt(): Promise<void> {
  while (!over.signal.aborted) {
    await pause(THERE_MS);
    if (over.signal.aborted) break;
    way.cut();
    await pause(GONE_MS);
    way.mend();
  }
}

async function watchMemory(): Promise<void> {
  while (!over.signal.aborted) {
    const used = await Promise.all(instances.map((instance) => instance.usedBytes()));
    memory.push(used.reduce((sum, bytes) => sum + bytes, 0));
    await pause(1000);
  }
}

/** A 503 says when to ask again, a 412 that somebody was first; all else is a failure that nobody declared. */
function note(status: number): void {
  if (status === 503) refused += 1;
  else if (status !== 412) undeclared.set(status, (undeclared.get(status) ?? 0) + 1);
}

async function pause(ms: number): Promise<void> {
  await setTimeout(ms, undefined, { signal: over.signal }).catch(() => undefined);
}

function middle(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
}
