import type { FunctionTable } from '../ast/functions.ts';
import { isJsonObject, type Json } from '../ast/json.ts';
import { CardeaError, quote } from '../errors.ts';
import type { Revision } from '../model/decision.ts';
import type { MirrorNotes, MirrorOptions } from './mirror-notes.ts';
import type { KnownTemplate } from './stored-link.ts';

/** Raised whenever a policy may be read to another condition than before, or something else here changes. */
const FORMAT = 'cardea.guard 1';

/** What a snapshot says beside the policies. */
interface MirrorMeta {
  readonly format: typeof FORMAT;
  readonly revision: Revision;
  readonly checker: string;
  readonly functions: readonly string[];
  readonly templates: readonly (readonly [key: string, known: KnownTemplate])[];
  readonly misfits: readonly string[];
  /** Null where they were not kept. */
  readonly descriptions: readonly (readonly [uid: string, description: string])[] | null;
}

/** What a snapshot of a mirror says beside what the engine holds. */
export function metaOf(revision: Revision, notes: MirrorNotes, options: MirrorOptions): Json {
  const { templates, misfits, descriptions } = notes;
  const meta: MirrorMeta = {
    format: FORMAT,
    revision,
    checker: options.checker.name,
    functions: namesOf(options.functions),
    templates: [...templates],
    misfits: [...misfits],
    descriptions: options.describes ? [...descriptions] : null,
  };
  return meta as unknown as Json;
}

/**
 * Reads what {@link metaOf} wrote.
 *
 * @throws CARDEA_INVALID_SNAPSHOT when it is none, or its policies were read by another checker or with other functions
 */
export function readMeta(
  json: Json,
  options: MirrorOptions,
): { readonly revision: Revision; readonly notes: MirrorNotes } {
  const meta = json as unknown as MirrorMeta;
  if (!isJsonObject(json) || meta.format !== FORMAT) throw refused('it is not of a guard of this version');
  const { revision, checker, functions, templates, misfits, descriptions } = meta;
  if (checker !== options.checker.name) throw refused(`its policies were read by the checker ${quote(checker)}`);
  if (JSON.stringify(functions) !== JSON.stringify(namesOf(options.functions)))
    throw refused('its policies knew other functions');
  if (descriptions === null && options.describes) throw refused('it has no descriptions');
  return {
    revision,
    notes: { templates: new Map(templates), misfits: new Set(misfits), descriptions: new Map(descriptions) },
  };
}

function namesOf(functions: FunctionTable): readonly string[] {
  return [...functions.keys()].sort();
}

function refused(reason: string): CardeaError {
  return new CardeaError('CARDEA_INVALID_SNAPSHOT', `the snapshot is not taken: ${reason}`);
}
