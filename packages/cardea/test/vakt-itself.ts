import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { Guard } from '../src/guard/guard.ts';
import type { VaktDatabase } from '../src/ports/vakt-database.ts';
import { MemoryStorage } from '../src/storage/memory.ts';
import {
  importVaktDatabase,
  type LosslessJson,
  parseLosslessJson,
  vaktFunctions,
  vaktInquiry,
} from '../src/syntax/vakt/index.ts';

const PYTHON = join(import.meta.dirname, '../../../.build/vakt-python/bin/python');
const SCRIPT = join(import.meta.dirname, 'vakt/write_database.py');

/** Where vakt writes: a connection of SQLAlchemy, pymongo or redis-py, and the schema, database or hash. */
export interface VaktPlaceToWrite {
  readonly kind: 'sqlite' | 'postgres' | 'mariadb' | 'mongo' | 'redis';
  readonly url: string;
  readonly name: string;
}

/**
 * Registers a test for which vakt itself writes a database: policies of every rule, by its own storage. Only where
 * `.build/vakt-python` is a virtual environment with `test/vakt/requirements.txt`.
 *
 * @param prepare where vakt is to write, and what reads it
 */
export function itWithVakt(
  title: string,
  prepare: () => Promise<{ readonly place: VaktPlaceToWrite; readonly open: () => VaktDatabase }>,
): void {
  if (!existsSync(PYTHON)) return;
  it(title, async () => {
    const { place, open } = await prepare();
    const { stdout } = await promisify(execFile)(PYTHON, [SCRIPT, place.kind, place.url, place.name], {
      maxBuffer: 50_000_000,
    });
    const decided = parseLosslessJson(stdout) as ReadonlyMap<string, LosslessJson>;
    for (const checker of ['rules', 'regex'] as const)
      await expectDecisions(open(), checker, decided.get(checker) as readonly Decided[]);
  });
}

/** An inquiry, and whether vakt allowed it. */
type Decided = ReadonlyMap<string, LosslessJson>;

async function expectDecisions(
  database: VaktDatabase,
  checker: 'rules' | 'regex',
  decided: readonly Decided[],
): Promise<void> {
  const storage = new MemoryStorage();
  const report = await importVaktDatabase(database, storage, { checker, batch: 10 });
  expect(report).toMatchObject({ read: 45, added: 45, existing: [], refused: [] });
  const guard = new Guard(storage, { functions: vaktFunctions });
  await guard.ready();
  const wrong = decided.filter((each) => {
    const asked = vaktInquiry(each.get('inquiry') as object);
    return !asked.ok || guard.decide(asked.value).allowed !== each.get('allowed');
  });
  expect(wrong).toEqual([]);
  expect(decided.filter((each) => each.get('allowed') === true).length).toBeGreaterThan(5);
}
