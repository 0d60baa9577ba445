import type { Json } from '../../ast/json.ts';
import { formatIssue } from '../../errors.ts';
import type { Policy } from '../../model/policy.ts';
import { functionTable } from '../functions/table.ts';
import { DEFAULT_TAGS, type Tags } from '../phrase.ts';
import { parsePolicy } from '../validate.ts';
import { vaktFunctions } from './functions.ts';
import { JsonpickleError } from './jsonpickle.ts';
import { LosslessJsonError } from './lossless-json.ts';
import { lowerVaktPolicy, type VaktChecker } from './lower-vakt-policy.ts';
import type { VaktPlace } from './vakt-place.ts';
import type { SeveralParts } from './phrase-pattern.ts';
import { toJson } from './python-json.ts';
import type { Python } from './python-value.ts';
import { fromDocument, fromRedis, fromRows, fromText, type VaktTables } from './stored.ts';
import { UnpickleError } from './unpickle.ts';
import { type VaktPolicy, vaktPolicy, VaktPolicyError } from './vakt-policy.ts';

/** Where the policies of vakt come from. */
export type VaktSource =
  /** Texts of `policy.to_json()`, or what `parseLosslessJson` made of them. */
  | { readonly texts: readonly (string | object)[] }
  /** Documents of MongoDB, of any version of vakt, as objects or (to keep the order of members that look like numbers) as Maps. */
  | { readonly documents: readonly unknown[] }
  /** Rows of the SQL tables. */
  | { readonly tables: VaktTables }
  /** Values of the Redis hash: texts of the JSON serializer, or pickles. */
  | { readonly values: Iterable<string | Uint8Array> };

/** How policies of vakt are imported. */
export interface VaktImportOptions {
  /** The checker that the guard of vakt used. */
  readonly checker: VaktChecker;
  /**
   * What to do with a policy that holds something without an equal here: leave it out (`refuse`, the default),
   * or import it with an error in that place (`opaque`): an allow then does not apply, a deny makes the
   * decision indeterminate.
   */
  readonly onUnsupported?: 'refuse' | 'opaque';
  /** The tags of string elements, where a subclass of vakt's policy changed them. */
  readonly tags?: Tags;
  /**
   * How string elements with two or more tagged parts are read: `each` part as an expression (the default), or
   * as `vakt` miscompiles them.
   */
  readonly severalParts?: SeveralParts;
}

/** What was imported, and what there is to know about it. */
export interface VaktImport {
  readonly policies: readonly Policy[];
  /** Every policy that vakt itself would read, as vakt sees it: to compare with what was imported. */
  readonly stored: readonly StoredVaktPolicy[];
  readonly report: VaktReport;
}

/** A policy as vakt sees it. */
export interface StoredVaktPolicy {
  /** The place of the policy in the source, from 0. */
  readonly index: number;
  readonly uid: Json;
  /** 1 for policies of strings, or without elements; 2 for policies of rules. */
  readonly type: 1 | 2;
  readonly effect: Json;
}

/** What became of the policies of an import. */
export interface VaktReport {
  /** How many policies the source held. */
  readonly read: number;
  /** What is written differently now, or can never match, without any change of meaning. */
  readonly changed: readonly VaktNote[];
  /** Why policies are missing (or, with `opaque`, fail in one place). */
  readonly refused: readonly VaktNote[];
}

/** A note about one policy. */
export interface VaktNote {
  /** The place of the policy in the source, from 0. */
  readonly index: number;
  /** The uid, where it could be read. */
  readonly uid?: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Reads what vakt stored and turns it into policies that decide the same under the default checker. Nothing is
 * ever instantiated or run; nothing throws on what the source holds.
 *
 * @example
 * ```ts
 * const { policies, report } = importVakt({ documents: await collection.find().toArray() }, { checker: 'regex' });
 * for (const { uid, message } of report.refused) console.error(uid, message);
 * const guard = new Guard(storage, { functions: vaktFunctions });
 * ```
 */
export function importVakt(source: VaktSource, options: VaktImportOptions): VaktImport {
  const importing: Importing = {
    options: { onUnsupported: 'refuse', tags: DEFAULT_TAGS, severalParts: 'each', ...options },
    policies: new Map(),
    stored: [],
    changed: [],
    refused: [],
  };
  const readers = readersOf(source);
  for (const [index, read] of readers.entries()) importOne(index, read, importing);
  const { policies, stored, changed, refused } = importing;
  return { policies: [...policies.values()], stored, report: { read: readers.length, changed, refused } };
}

interface Importing {
  readonly options: Required<VaktImportOptions>;
  readonly policies: Map<string, Policy>;
  readonly stored: StoredVaktPolicy[];
  readonly changed: VaktNote[];
  readonly refused: VaktNote[];
}

function readersOf(source: VaktSource): readonly (() => Python)[] {
  if ('texts' in source) return source.texts.map((text) => () => fromText(text));
  if ('documents' in source) return source.documents.map((document) => () => fromDocument(document));
  if ('tables' in source) return source.tables.policies.map((row) => () => fromRows(row, source.tables));
  return Array.from(source.values, (value) => () => fromRedis(value));
}

const FUNCTIONS = functionTable(vaktFunctions);

function importOne(index: number, read: () => Python, importing: Importing): void {
  const refuse = (message: string, uid?: string, path: VaktNote['path'] = []): void =>
    void importing.refused.push({ index, ...(uid === undefined ? {} : { uid }), path, message });
  const stored = attempt(() => vaktPolicy(read()));
  if (typeof stored === 'string') return refuse(stored);
  importing.stored.push({ index, uid: toJson(stored.uid), type: stored.type, effect: toJson(stored.effect) });
  const place: VaktPlace = { path: [], refused: [], changed: [] };
  const lowered = lowerVaktPolicy(stored, importing.options, place);
  const { uid } = lowered;
  for (const { path, reason } of place.refused) refuse(reason, uid, path);
  if (place.refused.length > 0 && importing.options.onUnsupported === 'refuse') return;
  const parsed = parsePolicy(lowered, { functions: FUNCTIONS });
  if (!parsed.ok) return refuse(parsed.issues.map(formatIssue).join('; '), uid);
  if (importing.policies.has(uid)) return refuse('another policy has the same uid', uid, ['uid']);
  importing.policies.set(uid, parsed.value);
  for (const note of place.changed) importing.changed.push({ index, uid, ...note });
}

function attempt(read: () => VaktPolicy): VaktPolicy | string {
  try {
    return read();
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
