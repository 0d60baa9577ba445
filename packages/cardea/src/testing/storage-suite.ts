import type { Storage } from '../ports/storage.ts';
import { candidateCases } from './storage-candidate-cases.ts';
import { changeCases } from './storage-change-cases.ts';
import { followCases } from './storage-follow-cases.ts';
import { hostileCases } from './storage-hostile-cases.ts';
import { linkCases } from './storage-link-cases.ts';
import { pageCases } from './storage-page-cases.ts';
import { raceCases } from './storage-race-cases.ts';
import { readCases } from './storage-read-cases.ts';
import type { StorageCase } from './storage-case.ts';

/** What a suite needs of a test framework: vitest, `node:test` and jest fit as they are. */
export interface TestFramework {
  readonly describe: (name: string, define: () => void) => void;
  readonly it: (name: string, run: () => Promise<void>) => void;
}

/** A storage to be tested, and how to take it down. */
export interface StorageUnderTest {
  readonly storage: Storage;
  /** Makes another storage on the same data, as another process would: writers then meet in the database. */
  readonly another?: () => Storage | Promise<Storage>;
  readonly dispose?: () => Promise<void>;
}

/** Every sentence of the contract of {@link Storage}, as a case of its own. */
export const storageCases: readonly StorageCase[] = [
  ...readCases,
  ...changeCases,
  ...followCases,
  ...linkCases,
  ...pageCases,
  ...candidateCases,
  ...raceCases,
  ...hostileCases,
];

/**
 * The contract of {@link Storage} as an executable suite: whoever passes it, a guard can rely on.
 *
 * @param name names the suite
 * @param create makes an empty storage for each case, whose `findForInquiry` reads policies by the default checker
 *
 * @example
 * ```ts
 * import { describe, it } from 'vitest';
 *
 * storageSuite('my storage', () => ({ storage: new MyStorage() }), { describe, it });
 * ```
 */
export function storageSuite(
  name: string,
  create: () => StorageUnderTest | Promise<StorageUnderTest>,
  { describe, it }: TestFramework,
): void {
  describe(`${name}: the contract of a storage`, () => {
    for (const { rule, run } of storageCases) it(rule, () => runCase(create, run));
  });
}

async function runCase(
  create: () => StorageUnderTest | Promise<StorageUnderTest>,
  run: StorageCase['run'],
): Promise<void> {
  const { storage, another, dispose } = await create();
  try {
    await run(storage, async () => (await another?.()) ?? storage);
  } finally {
    await dispose?.();
  }
}
