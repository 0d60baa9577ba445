import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { issuesError, type JsonObject, MemoryStorage } from 'cardea';
import { parseDirectory, StatementGuard } from 'cardea/statements';
import { parseLosslessJson } from 'cardea/vakt';
import { DIFFERENCES, type DifferenceId, keepingFloats, lowerCased, type RecordedStatement } from './differences.ts';

/** One recorded set of statements, with requests and a list. */
interface RecordedSet {
  readonly name: string;
  readonly user: readonly RecordedStatement[];
  readonly groups: Readonly<Record<string, readonly RecordedStatement[]>>;
  readonly memberOf: readonly string[];
  readonly tags: readonly string[];
  readonly requests: readonly (Answer & { readonly action: string; readonly object: JsonObject })[];
  readonly list: {
    readonly action: string;
    readonly objects: readonly JsonObject[];
    readonly allowed: readonly number[];
  };
}

interface Answer {
  readonly allowed: boolean;
  readonly kind: string;
  readonly deciders: readonly string[];
}

/** What came of replaying a folder. */
export interface Replay {
  /** The report, line by line. */
  readonly lines: readonly string[];
  readonly requests: number;
  readonly lists: number;
  /** How many requests differ on purpose. */
  readonly differing: number;
  readonly failed: number;
}

const SHOWN = 5;

/** Replays the recorded decisions of the prototype of statements that a folder holds. */
export async function replayStatements(folder: string): Promise<Replay> {
  const file = join(folder, 'decisions.jsonl');
  const tally = new Tally();
  if (!existsSync(file)) return { ...tally.replay(['decisions.jsonl: not there', '0 passed, 1 failed']), failed: 1 };
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) if (line.trim() !== '') await replaySet(line, tally);
  return tally.replay(tally.lines());
}

async function replaySet(line: string, tally: Tally): Promise<void> {
  const set = JSON.parse(line) as RecordedSet;
  const readings = await readingsOf(line);
  for (const [at, { allowed, kind, deciders }] of set.requests.entries()) {
    const answers = readings.map(({ id, requests }) => ({ id, answer: requests(at) }));
    tally.request(`${set.name}, request ${at + 1}`, { allowed, kind, deciders }, answers);
  }
  tally.list(
    `${set.name}, list`,
    set.list.allowed,
    readings.map(({ id, list }) => ({ id, answer: list() })),
  );
  for (const { close } of readings) await close();
}

/** A way to read the statements and objects of a set: ours, and those that differ from it as the prototype did. */
interface Reading {
  readonly id: DifferenceId | undefined;
  readonly requests: (at: number) => Answer;
  readonly list: () => readonly number[];
  readonly close: () => Promise<void>;
}

async function readingsOf(line: string): Promise<readonly Reading[]> {
  const set = JSON.parse(line) as RecordedSet;
  const readings: Reading[] = [await readingOf(set, undefined)];
  const asWritten = keepingFloats(parseLosslessJson(line)) as unknown as RecordedSet;
  if (set.tags.includes('escape-class')) readings.push(await readingOf(withStatements(set, lowerCased), 'S1'));
  if (JSON.stringify(asWritten) !== JSON.stringify(set)) readings.push(await readingOf(asWritten, 'S2'));
  return readings;
}

function withStatements(set: RecordedSet, change: (statement: RecordedStatement) => RecordedStatement): RecordedSet {
  const groups = Object.entries(set.groups).map(([name, statements]) => [name, statements.map(change)] as const);
  return { ...set, user: set.user.map(change), groups: Object.fromEntries(groups) };
}

async function readingOf({ user, groups, memberOf, requests, list }: RecordedSet, id: Reading['id']): Promise<Reading> {
  const attached = Object.entries(groups).map(([name, statements]) => [name, { statements }] as const);
  const parsed = parseDirectory({
    users: { u: { groups: memberOf, statements: user } },
    groups: Object.fromEntries(attached),
  });
  if (!parsed.ok) throw issuesError('statements', parsed.issues);
  const { policies, users } = parsed.value;
  const guard = new StatementGuard(new MemoryStorage(policies), { principals: (name) => users.get(name) });
  await guard.ready();
  return {
    id,
    requests: (at) => {
      const { action, object } = requests[at] as RecordedSet['requests'][number];
      const { allowed, kind, deciders } = guard.decide('u', action, object);
      return { allowed, kind, deciders: deciders.map(({ sid }) => sid).toSorted() };
    },
    list: () => guard.filter('u', list.action, list.objects).map((object) => list.objects.indexOf(object)),
    close: () => guard.close(),
  };
}

class Tally {
  #requests = 0;
  #lists = 0;
  #failed = 0;
  readonly #differences = new Map<DifferenceId, number>();
  readonly #failures: string[] = [];

  request(name: string, wanted: Answer, answers: readonly ReadAnswer[]): void {
    this.#requests += 1;
    const difference = this.#compare(name, wanted, answers);
    if (difference !== undefined) this.#differences.set(difference, (this.#differences.get(difference) ?? 0) + 1);
  }

  list(name: string, wanted: readonly number[], answers: readonly ReadAnswer[]): void {
    this.#lists += 1;
    this.#compare(name, wanted, answers);
  }

  lines(): readonly string[] {
    const differing = this.#differing;
    const share = this.#requests === 0 ? 0 : (100 * differing) / this.#requests;
    return [
      `${this.#requests} requests, ${this.#lists} lists; ${differing} requests differ on purpose (${share.toFixed(2)} %)`,
      ...Array.from(this.#differences, ([id, count]) => `  ${id}: ${count}: ${DIFFERENCES[id]}`),
      ...this.#failures.slice(0, SHOWN),
      `${this.#requests + this.#lists - this.#failed} passed, ${this.#failed} failed`,
    ];
  }

  replay(lines: readonly string[]): Replay {
    return { lines, requests: this.#requests, lists: this.#lists, differing: this.#differing, failed: this.#failed };
  }

  get #differing(): number {
    return [...this.#differences.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The difference that an answer is put down to; undefined where there is none, or no excuse. */
  #compare(name: string, wanted: unknown, answers: readonly ReadAnswer[]): DifferenceId | undefined {
    const agreeing = answers.find(({ answer }) => JSON.stringify(answer) === JSON.stringify(wanted));
    if (agreeing !== undefined) return agreeing.id;
    this.#failed += 1;
    const got = JSON.stringify(answers[0]?.answer);
    this.#failures.push(`  ${name}: expected ${JSON.stringify(wanted)}, got ${got}`);
    return undefined;
  }
}

/** An answer by our reading, or by one that differs from it. */
interface ReadAnswer {
  readonly id: DifferenceId | undefined;
  readonly answer: unknown;
}
