// The engine's tables beside Map in one run, in CPU time: `node bench/engine-tables.ts [entries …]`.
import { Dictionary, KeyTable } from '../packages/cardea/src/engine/index.ts';

const PROBES = 200_000;
const ROUNDS = 7;

// So that the first figure is not that of code which is still being compiled.
[new Dictionary(), new Dictionary()].forEach((table) => repeat(20_000, (at) => void table.intern(name(at))));
[new KeyTable(), new KeyTable()].forEach((table) => repeat(20_000, (at) => table.add(at, at)));

const sizes = process.argv.slice(2).map(Number);
for (const size of sizes.length > 0 ? sizes : [1_000, 100_000, 1_000_000]) {
  compareTexts(size);
  compareKeys(size);
}

function compareTexts(size: number): void {
  const dictionary = new Dictionary();
  const map = new Map<string, number>();
  const pick = lcg(size);
  const hits = fresh(() => name(pick(size)));
  const misses = fresh(() => name(pick(size)).replace('user', 'nobo'));
  const names = Array.from({ length: size }, (_, at) => name(at));
  print(`texts ${size}: add`, [
    ['Dictionary', costNs(size, () => names.forEach((text) => dictionary.intern(text)))],
    ['Map', costNs(size, () => names.forEach((text) => map.set(text, map.size)))],
  ]);
  for (const [what, make] of [
    ['found, fresh strings', hits],
    ['absent, fresh strings', misses],
  ] as const) {
    print(`texts ${size}: ${what}`, [
      ['Dictionary', best(make, (text) => dictionary.find(text))],
      ['Map', best(make, (text) => map.get(text) ?? -1)],
    ]);
  }
  console.log(`  ${(dictionary.bytes / size).toFixed(1)} bytes a text`);
}

function compareKeys(size: number): void {
  const table = new KeyTable();
  const map = new Map<number, number>();
  const pick = lcg(size);
  const key = (at: number): number => Math.imul(at, 0x9e3779b1);
  const probes = (): readonly number[] => Array.from({ length: PROBES }, () => key(pick(size * 2)));
  print(`keys ${size}: add`, [
    ['KeyTable', costNs(size, () => repeat(size, (at) => table.add(key(at), at)))],
    ['Map', costNs(size, () => repeat(size, (at) => map.set(key(at), at)))],
  ]);
  print(`keys ${size}: half found`, [
    ['KeyTable', best(probes, (wanted) => table.first(wanted))],
    ['Map', best(probes, (wanted) => map.get(wanted) ?? -1)],
  ]);
  print(`keys ${size}: remove and add`, [
    ['KeyTable', best(probes, (wanted) => (table.remove(wanted, 1) ? 1 : (table.add(wanted, 1), 0)))],
    ['Map', best(probes, (wanted) => (map.delete(wanted) ? 1 : (map.set(wanted, 1), 0)))],
  ]);
  console.log(`  ${(table.bytes / table.keys).toFixed(1)} bytes a key`);
}

function name(at: number): string {
  return `/tenant/${at % 7}/user${at}`;
}

/** Strings that no table has hashed yet, as those that come from a network. */
function fresh(make: () => string): () => readonly string[] {
  return () => Array.from({ length: PROBES }, () => Buffer.from(make()).toString('latin1'));
}

function best<T>(make: () => readonly T[], probe: (item: T) => number): number {
  let sum = 0;
  const rounds = Array.from({ length: ROUNDS }, () => {
    const items = make();
    return costNs(items.length, () => items.forEach((item) => (sum += probe(item))));
  });
  if (Number.isNaN(sum)) throw new Error('a probe answered no number');
  return Math.min(...rounds);
}

function costNs(count: number, work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
}

function repeat(count: number, work: (at: number) => void): void {
  for (let at = 0; at < count; at++) work(at);
}

function lcg(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function print(what: string, costs: readonly (readonly [string, number])[]): void {
  const [ours, peer] = costs.map(([, ns]) => ns);
  const ratio = ours === undefined || peer === undefined ? '' : `${(peer / ours).toFixed(2)}×`;
  const figures = costs.map(([who, ns]) => `${who} ${ns.toFixed(0).padStart(5)} ns`).join('   ');
  console.log(`${what.padEnd(42)} ${figures}   ${ratio}`);
}
