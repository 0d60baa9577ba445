import { formatIssue } from '../../errors.ts';
import type { Policy } from '../../model/policy.ts';
import type { VaktSource } from '../../ports/vakt-database.ts';
import { functionTable } from '../functions/table.ts';
import { DEFAULT_TAGS } from '../phrase.ts';
import { parsePolicy } from '../validate.ts';
import { vaktFunctions } from './functions.ts';
import type { VaktImportOptions } from './import-options.ts';
import type { StoredVaktPolicy, VaktNote } from './import-report.ts';
import { JsonpickleError } from './jsonpickle.ts';
import { LosslessJsonError } from './lossless-json.ts';
import { lowerVaktPolicy } from './lower-vakt-policy.ts';
import { toJson } from './python-json.ts';
import { isDict, type Python } from './python-value.ts';
import { elementRows, fromDocument, fromRedis, fromRows, fromText } from './stored.ts';
import { UnpickleError } from './unpickle.ts';
import type { VaktPlace } from './vakt-place.ts';
import { type VaktPolicy, vaktPolicy, VaktPolicyError } from './vakt-policy.ts';

/** An import under way: of one source after another, as of one. */
export interface Importing {
  readonly options: Required<VaktImportOptions>;
  /** How many stored policies were read. */
  read: number;
  /** Every uid that was accepted, whatever became of its policy since. */
  readonly uids: Set<string>;
  /** Policies that can be stored; may be taken away between sources, as may what is `stored`. */
  readonly accepted: AcceptedPolicy[];
  readonly stored: StoredVaktPolicy[];
  readonly changed: VaktNote[];
  readonly refused: VaktNote[];
}

/** A policy that can be stored, and the place from which it came. */
export interface AcceptedPolicy {
  readonly index: number;
  readonly policy: Policy;
}

/** An import before its first source. */
export function startImport(options: VaktImportOptions): Importing {
  return {
    options: { onUnsupported: 'refuse', tags: DEFAULT_TAGS, severalParts: 'each', ...options },
    read: 0,
    uids: new Set(),
    accepted: [],
    stored: [],
    changed: [],
    refused: [],
  };
}

/** Reads all policies of a source. Nothing throws on what it holds. */
export function importSource(source: VaktSource, importing: Importing): void {
  for (const read of readersOf(source)) importOne(importing.read++, read, importing);
}

/** Notes that a policy is missing, or fails in one place. */
export function refuse(importing: Importing, note: Omit<VaktNote, 'path'> & Partial<VaktNote>): void {
  importing.refused.push({ ...note, path: note.path ?? [] });
}

function readersOf(source: VaktSource): readonly (() => Python)[] {
  if ('texts' in source) return source.texts.map((text) => () => fromText(text));
  if ('documents' in source) return source.documents.map((document) => () => fromDocument(document));
  if ('values' in source) return Array.from(source.values, (value) => () => fromRedis(value));
  const elements = elementRows(source.tables);
  return source.tables.policies.map((row) => () => fromRows(row, elements));
}

const FUNCTIONS = functionTable(vaktFunctions);

function importOne(index: number, read: () => Python, importing: Importing): void {
  const found = attempt(read);
  if (typeof found === 'string') return refuse(importing, { index, message: found });
  const { root, policy: stored } = found;
  importing.stored.push({ index, uid: toJson(stored.uid), type: stored.type, effect: toJson(stored.effect) });
  const place: VaktPlace = { path: [], refused: [], changed: [] };
  const lowered = lowerVaktPolicy(stored, importing.options, place);
  const { uid } = lowered;
  for (const { path, reason } of place.refused) refuse(importing, { index, uid, path, message: reason });
  if (place.refused.length > 0 && importing.options.onUnsupported === 'refuse') return;
  const parsed = parsePolicy(lowered, { functions: FUNCTIONS });
  if (!parsed.ok) return refuse(importing, { index, uid, message: parsed.issues.map(formatIssue).join('; ') });
  if (importing.uids.has(uid))
    return refuse(importing, { index, uid, path: ['uid'], message: 'another policy has the same uid' });
  importing.uids.add(uid);
  importing.accepted.push({ index, policy: parsed.value });
  if (isDict(root) && root.has('rules')) importing.changed.push({ index, uid, path: ['rules'], message: RENAMED });
  for (const note of place.changed) importing.changed.push({ index, uid, ...note });
}

const RENAMED = 'the rules, as vakt called the context before version 1.2, are now the context';

interface Found {
  readonly root: Python;
  readonly policy: VaktPolicy;
}

function attempt(read: () => Python): Found | string {
  try {
    const root = read();
    return { root, policy: vaktPolicy(root) };
  } catch (error) {
    const expected =
      error instanceof LosslessJsonError ||
      error instanceof JsonpickleError ||
      error instanceof UnpickleError ||
      error instanceof VaktPolicyError;
    if (expected) return error.message;
    throw error;
  }
}
