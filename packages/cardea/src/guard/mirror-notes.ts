import { formatIssue, type Issue } from '../errors.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { Effect } from '../model/policy.ts';
import type { Logger } from '../ports/logger.ts';
import type { LowerOptions } from '../syntax/lower.ts';
import type { KnownTemplate } from './stored-link.ts';
import { readStoredPolicy, type StoredPolicy } from './stored-policy.ts';

/** How a mirror reads policies, and whom it tells what is wrong with them. */
export interface MirrorOptions extends LowerOptions {
  /** Whether descriptions are kept: nothing but the audit needs them in memory. */
  readonly describes: boolean;
  readonly logger: Logger;
}

/** What a mirror keeps beside its engine: little, because it is about templates, faults and descriptions alone. */
export interface MirrorNotes {
  /** Templates, and invalid policies, by key. */
  readonly templates: Map<string, KnownTemplate>;
  /** By uid. */
  readonly descriptions: Map<string, string>;
  /** The keys of the templates of which some links do not fill the slots. */
  readonly misfits: Set<string>;
}

/** What there is to note of a policy. */
export interface MirrorNote {
  readonly uid: unknown;
  readonly key: string;
  /** Undefined for what is neither a template nor invalid. */
  readonly known: KnownTemplate | undefined;
  readonly description: string | undefined;
  /** What is wrong with it. */
  readonly issues: readonly Issue[];
}

/** What somebody who reads the log wants to know of something invalid. */
export const CONSEQUENCES: Readonly<Record<Effect, string>> = {
  allow: 'it never applies',
  deny: 'nothing that it might deny is allowed',
};

/** Reads a policy for an engine that knows it by a key. Never throws. */
export function readForMirror(
  uid: unknown,
  key: string,
  policy: unknown,
  options: MirrorOptions,
): { readonly policy: LoweredPolicy; readonly note: MirrorNote } {
  const stored = readStoredPolicy(policy, options);
  const { lowered, description, issues } = stored;
  const kept = options.describes ? description : undefined;
  return {
    policy: lowered.uid === key ? lowered : { ...lowered, uid: key },
    note: { uid, key, known: knownTemplate(stored), description: kept, issues },
  };
}

/** What links need to know of a policy; undefined for one that is neither a template nor invalid. */
export function knownTemplate({ lowered: { effect, slots }, issues }: StoredPolicy): KnownTemplate | undefined {
  return slots === undefined && issues.length === 0 ? undefined : { effect, slots };
}

/** Keeps a note in the place of the one before. */
export function keepNote(
  { uid, key, known, description, issues }: MirrorNote,
  notes: MirrorNotes,
  logger: Logger,
): void {
  if (known === undefined) notes.templates.delete(key);
  else notes.templates.set(key, known);
  if (typeof uid === 'string' && description !== undefined) notes.descriptions.set(uid, description);
  else notes.descriptions.delete(uid as string);
  if (issues.length > 0 && known !== undefined) logInvalid({ uid, effect: known.effect, issues }, logger);
}

/** Says what is wrong with a stored policy. */
export function logInvalid(
  { uid, effect, issues }: { readonly uid: unknown; readonly effect: Effect; readonly issues: readonly Issue[] },
  logger: Logger,
): void {
  logger.error({ uid, effect, issues: issues.map(formatIssue) }, `a stored policy is invalid: ${CONSEQUENCES[effect]}`);
}
