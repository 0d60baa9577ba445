import { type Json, jsonEqual } from '../../ast/json.ts';
import { CardeaError, isCardeaError, quote } from '../../errors.ts';
import type { Storage } from '../../ports/storage.ts';
import type { VaktBatch, VaktDatabase } from '../../ports/vakt-database.ts';
import type { VaktImportOptions } from './import-options.ts';
import type { VaktReport } from './import-report.ts';
import { type AcceptedPolicy, type Importing, importSource, refuse, startImport } from './import-source.ts';

/** How a database of vakt is imported. */
export interface VaktDatabaseImportOptions extends VaktImportOptions {
  /** How many policies are read and written at a time; 1000 when absent. */
  readonly batch?: number;
  /** Called after each batch, and waited for. */
  readonly onProgress?: (progress: VaktProgress) => void | Promise<void>;
}

/** How far an import is. */
export interface VaktProgress {
  /** How many policies were read. */
  readonly read: number;
  /** How many of them were added to the storage. */
  readonly added: number;
  /** How many were there already. */
  readonly existing: number;
  /** How many notes there are of what was refused. */
  readonly refused: number;
}

/** What became of the policies of a database of vakt. */
export interface VaktDatabaseReport extends VaktReport {
  /** The version of vakt to which its own migrations brought the database; absent where none has run. */
  readonly version?: string;
  /** How many policies were added. */
  readonly added: number;
  /** Policies whose uid the storage had already, so that nothing was written. */
  readonly existing: readonly ExistingPolicy[];
}

/** A policy that was not written, as the storage has one of its uid. */
export interface ExistingPolicy {
  /** The place of the policy in the reading, from 0. */
  readonly index: number;
  readonly uid: string;
  /** Whether the storage has just this policy, as after an import that was broken off. */
  readonly same: boolean;
}

/** What an import needs of the storage that it fills. */
export type VaktTarget = Pick<Storage, 'get' | 'addAll' | 'revision'>;

/**
 * Imports a live database of vakt, which is only read, into a storage, which may be any: a batch is read, turned into
 * policies as `importVakt` does, and added by one change of the storage. No policy is ever overwritten: one whose uid is
 * there already is reported. So an import that was broken off is just started again, and goes on where it ended.
 *
 * Let vakt write nothing meanwhile, or import again: what it changed after it was read is reported as not the same.
 *
 * @param database what `readVaktMongo`, `readVaktSql` or `readVaktRedis` of `cardea/storage/vakt` gives
 * @throws CARDEA_UNSUPPORTED when the database is of a version of vakt that is not known
 * @throws CARDEA_INVALID_ARGUMENT when `batch` is no positive integer; whatever the database or the storage rejects with:
 *   the batches before stay
 *
 * @example
 * ```ts
 * const { added, existing, refused } = await importVaktDatabase(readVaktSql(kysely), storage, { checker: 'regex' });
 * for (const { uid, path, message } of refused) console.error(uid, formatPath(path), message);
 * ```
 */
export async function importVaktDatabase(
  database: VaktDatabase,
  storage: VaktTarget,
  options: VaktDatabaseImportOptions,
): Promise<VaktDatabaseReport> {
  const { batch = 1000, onProgress, ...importOptions } = options;
  requireBatch(batch);
  // A storage that cannot be used at all is no reason to refuse each policy.
  await storage.revision();
  const version = await database.version();
  const transfer: Transfer = { storage, importing: startImport(importOptions), added: 0, existing: [] };
  for await (const part of database.batches(batch)) {
    await transferBatch(part, transfer);
    await onProgress?.(progressOf(transfer));
  }
  const { importing, added, existing } = transfer;
  const { read, changed, refused } = importing;
  return { ...(version === undefined ? {} : { version }), read, added, existing, changed, refused };
}

interface Transfer {
  readonly storage: VaktTarget;
  readonly importing: Importing;
  added: number;
  readonly existing: ExistingPolicy[];
}

function requireBatch(batch: number): void {
  if (Number.isSafeInteger(batch) && batch > 0) return;
  const message = `batch must be a whole number of at least 1, not ${quote(String(batch))}`;
  throw new CardeaError('CARDEA_INVALID_ARGUMENT', message);
}

function progressOf({ importing, added, existing }: Transfer): VaktProgress {
  return { read: importing.read, added, existing: existing.length, refused: importing.refused.length };
}

async function transferBatch({ source, unread }: VaktBatch, transfer: Transfer): Promise<void> {
  const { importing } = transfer;
  importSource(source, importing);
  for (const note of unread) refuse(importing, { index: importing.read++, ...note });
  importing.stored.length = 0;
  await add(importing.accepted.splice(0), transfer);
}

/** Adds all by one change, or those that can be added by as few as possible. */
async function add(accepted: readonly AcceptedPolicy[], transfer: Transfer): Promise<void> {
  const [first] = accepted;
  if (first === undefined) return;
  try {
    const policies = accepted.map(({ policy }) => policy);
    await transfer.storage.addAll(policies, { batch: policies.length });
    transfer.added += policies.length;
  } catch (error) {
    if (!isCardeaError(error) || NOT_OF_POLICIES.includes(error.code)) throw error;
    if (error.code === 'CARDEA_POLICY_EXISTS') return addMissing(accepted, transfer, error);
    if (accepted.length === 1)
      return refuse(transfer.importing, { index: first.index, uid: first.policy.uid, message: error.message });
    const middle = Math.ceil(accepted.length / 2);
    await add(accepted.slice(0, middle), transfer);
    await add(accepted.slice(middle), transfer);
  }
}

/** What a storage rejects with that no single policy is the reason of. */
const NOT_OF_POLICIES: readonly string[] = ['CARDEA_CONFLICT', 'CARDEA_INVALID_ARGUMENT', 'CARDEA_IO'];

async function addMissing(accepted: readonly AcceptedPolicy[], transfer: Transfer, error: CardeaError): Promise<void> {
  const missing: AcceptedPolicy[] = [];
  for (let at = 0; at < accepted.length; at += LOOKUPS) {
    const some = accepted.slice(at, at + LOOKUPS);
    const found = await Promise.all(some.map(({ policy }) => transfer.storage.get(policy.uid)));
    for (const [place, policy] of found.entries()) {
      const { index, policy: wanted } = some[place] as AcceptedPolicy;
      if (policy === undefined) missing.push({ index, policy: wanted });
      else transfer.existing.push({ index, uid: wanted.uid, same: isSame(policy, wanted) });
    }
  }
  // Somebody adds and deletes the same uid all the time.
  if (missing.length === accepted.length) throw error;
  await add(missing, transfer);
}

/** How many policies are looked up at the same time. */
const LOOKUPS = 50;

function isSame(left: object, right: object): boolean {
  return jsonEqual(left as Json, right as Json);
}
