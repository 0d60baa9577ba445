// The links of one template by themselves, in CPU time: `node --expose-gc bench/links.ts [links …]`.
import { attr } from '../packages/cardea/src/ast/build.ts';
import { Dictionary } from '../packages/cardea/src/engine/dictionary.ts';
import { Links } from '../packages/cardea/src/engine/links.ts';
import { Operands } from '../packages/cardea/src/engine/operands.ts';
import { Reading } from '../packages/cardea/src/engine/reading.ts';
import { TupleSet } from '../packages/cardea/src/engine/tuple-set.ts';
import { Vocabulary } from '../packages/cardea/src/engine/vocabulary.ts';
import { functionTable } from '../packages/cardea/src/syntax/functions/table.ts';
import type { Inquiry } from '../packages/cardea/src/model/inquiry.ts';
import { quantile, spent } from './clock.ts';
import { fresh } from './fresh.ts';
import { bytesInUse, collectNewGarbage } from './memory.ts';
import { below, randomOf } from './random.ts';

const TEMPLATE = 0;
const CATEGORIES = ['subject', 'action', 'resource'] as const;
/** Each user has ten objects, and each object ten users: a fifth of a name for each link. */
const PER_USER = 10;
const CHUNK = 10_000;
const BATCH = 10_000;
const ROUNDS = 21;

type Triple = readonly [user: string, action: string, object: string];

const sizes = process.argv.slice(2).map(Number);
// The first size only makes the code warm.
for (const [at, size] of [20_000, ...(sizes.length > 0 ? sizes : [1_000, 100_000, 1_000_000])].entries()) {
  const row = await measure(size);
  if (at > 0) console.log(row);
}

async function measure(size: number): Promise<string> {
  const fromIds = rate(size, () => fillFromIds(size));
  const before = await bytesInUse();
  const texts = new Dictionary();
  const vocabulary = new Vocabulary(texts);
  const operands = new Operands(functionTable());
  const links = new Links(operands, vocabulary);
  const over = CATEGORIES.map((of) => ({ slot: of, over: attr(of), member: false }));
  links.putTemplate(TEMPLATE, over);
  const fromTexts = fill(links, size);
  const bytes = ((await bytesInUse()) - before) / size;
  const reading = new Reading(operands, vocabulary);
  const codes = operands.limit;
  let found = 0;
  const count = (): void => void (found += 1);
  const search = (inquiry: Inquiry): void => {
    links.searchIn(TEMPLATE, reading.begin(inquiry), count);
    reading.end();
  };
  const read = (inquiry: Inquiry): void => {
    reading.begin(inquiry);
    for (let number = 0; number < codes; number++) reading.code(number);
    reading.end();
  };
  const [hits, misses] = [0, 1].map((missing) => ({
    search: cost(size, missing, search),
    read: cost(size, missing, read),
  }));
  if (found !== ROUNDS * BATCH || hits === undefined || misses === undefined) throw new Error(`found ${found}`);
  return [
    `${size} links:`,
    `hit ${ns(hits.search)} (codes ${ns(hits.read)})`,
    `miss ${ns(misses.search)} (codes ${ns(misses.read)})`,
    `${(links.bytes / size).toFixed(1)} B a row`,
    `${((links.bytes + texts.bytes) / size).toFixed(1)} B with texts, ${bytes.toFixed(1)} B in use`,
    `${mega(fromTexts)} a second from texts, ${mega(fromIds)} from ids`,
  ].join('   ');
}

/** Links in chunks of strings that nothing has hashed; answers how many a second. */
function fill(links: Links, size: number): number {
  let cpuNs = 0;
  for (let from = 0; from < size; from += CHUNK) {
    const chunk = Array.from({ length: Math.min(CHUNK, size - from) }, (_, at) => fresh(triple(from + at, size)));
    collectNewGarbage();
    cpuNs += spent(() => chunk.forEach((values) => links.link(TEMPLATE, values))).cpuNs;
  }
  return size / (cpuNs / 1e9);
}

function fillFromIds(size: number): void {
  const rows = new TupleSet(3);
  const names = namesOf(size);
  const row = new Int32Array(3);
  for (let number = 0; number < size; number++) {
    row[0] = 2 * userOf(number, names);
    row[2] = 2 * (names + 1 + objectOf(number, names));
    rows.add(row);
  }
}

function rate(size: number, work: () => void): number {
  return size / (spent(work).cpuNs / 1e9);
}

/** The median over batches of inquiries whose strings nothing has hashed. */
function cost(size: number, missing: number, ask: (inquiry: Inquiry) => void): number {
  const random = randomOf('links', size + missing);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const inquiries = Array.from({ length: BATCH }, (): Inquiry => {
      const [subject, action, resource] = triple(below(random, size) + missing * size, size);
      return fresh({ subject, action, resource });
    });
    collectNewGarbage();
    return spent(() => inquiries.forEach(ask)).cpuNs / BATCH;
  });
  return quantile(rounds, 0.5) ?? Number.NaN;
}

/** The link of this number; from `size` on, triples that are no links although their names occur. */
function triple(number: number, size: number): Triple {
  const names = namesOf(size);
  return [`/user${userOf(number, names)}`, 'read', `/obj${objectOf(number, names)}`];
}

function namesOf(size: number): number {
  return Math.max(2 * PER_USER, Math.floor(size / PER_USER));
}

function userOf(number: number, names: number): number {
  return number % names;
}

function objectOf(number: number, names: number): number {
  return (userOf(number, names) * 7_919 + Math.floor(number / names) * 104_729) % names;
}

function ns(cost: number): string {
  return `${cost.toFixed(0)} ns`;
}

function mega(perSecond: number): string {
  return `${(perSecond / 1e6).toFixed(2)}M`;
}
