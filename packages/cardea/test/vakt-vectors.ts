import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Policy } from '../src/model/policy.ts';
import type { Storage } from '../src/ports/storage.ts';
import type { VaktDatabase } from '../src/ports/vakt-database.ts';
import { MemoryStorage } from '../src/storage/memory.ts';
import {
  importVakt,
  importVaktDatabase,
  type LosslessJson,
  parseLosslessJson,
  type VaktChecker,
  type VaktDatabaseReport,
} from '../src/syntax/vakt/index.ts';

const FOLDER = join(import.meta.dirname, '../../../conformance/vakt');

type Members = ReadonlyMap<string, LosslessJson>;

/** The lines of a file of recorded vectors, without loss. */
export function vaktVectors(file: 'json.jsonl' | 'decisions.jsonl'): readonly Members[] {
  const path = join(FOLDER, file);
  if (!existsSync(path)) throw new Error(`no vectors in ${path}`);
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => parseLosslessJson(line) as Members);
}

/** What vakt's storages kept of policies: the lines of one kind in `json.jsonl`. */
export function keptByVakt(kind: string): readonly Members[] {
  return vaktVectors('json.jsonl').filter((line) => line.get('kind') === kind);
}

/** Lists of items none of which has the same uid, so that a database takes all of one. */
export function withDistinctUids<T>(
  items: readonly T[],
  uidOf: (item: T) => LosslessJson | undefined,
): readonly (readonly T[])[] {
  const lists: Map<string, T>[] = [];
  for (const item of items) {
    const uid = uidText(uidOf(item));
    const free = lists.find((list) => !list.has(uid));
    if (free === undefined) lists.push(new Map([[uid, item]]));
    else free.set(uid, item);
  }
  return lists.map((list) => [...list.values()]);
}

/** A uid as a text. */
export function uidText(uid: LosslessJson | undefined): string {
  return typeof uid === 'string' ? uid : losslessText(uid ?? null);
}

/** A value as JSON text, with `1` and `1.0` apart and its members in their order. */
export function losslessText(value: LosslessJson): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(1) : numberText(value);
  if (value instanceof Map)
    return `{${Array.from(value as Members, ([name, member]) => `${JSON.stringify(name)}: ${losslessText(member)}`).join(', ')}}`;
  if (Array.isArray(value)) return `[${(value as readonly LosslessJson[]).map(losslessText).join(', ')}]`;
  return JSON.stringify(value);
}

function numberText(value: number): string {
  return String(value); // NaN and Infinity are written bare, as Python does
}

/** The policies of `decisions.jsonl` by the checker of their set, with uids that tell the sets apart. */
export function recordedPolicies(): readonly (readonly [VaktChecker, readonly Members[]])[] {
  const found = new Map<VaktChecker, Members[]>();
  for (const [at, line] of vaktVectors('decisions.jsonl').entries()) {
    const checker = line.get('checker') as VaktChecker;
    const policies = (line.get('policies') as readonly Members[]).map((policy, place) =>
      new Map(policy).set('uid', `${at} ${place} ${uidText(policy.get('uid'))}`),
    );
    found.set(checker, [...(found.get(checker) ?? []), ...policies]);
  }
  return [...found];
}

/** Imports a database into an empty storage, and expects of it what importing the texts gives. */
export async function expectImported(
  database: VaktDatabase,
  texts: readonly string[],
  checker: VaktChecker,
  storage: Storage = new MemoryStorage(),
): Promise<VaktDatabaseReport> {
  const options = { checker, onUnsupported: 'opaque' } as const;
  const report = await importVaktDatabase(database, storage, { ...options, batch: 50 });
  const wanted = importVakt({ texts }, options);
  expect(byUid(await storage.getAll(10_000, 0))).toEqual(byUid(wanted.policies));
  expect({ read: report.read, added: report.added, existing: report.existing }).toEqual({
    read: texts.length,
    added: wanted.policies.length,
    existing: [],
  });
  return report;
}

function byUid(policies: readonly Policy[]): ReadonlyMap<string, Policy> {
  const sorted = policies.toSorted((a, b) => (a.uid < b.uid ? -1 : 1));
  return new Map(sorted.map((policy) => [policy.uid, policy]));
}
