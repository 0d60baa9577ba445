import type { Clock, Logger, PolicyChange, Revision, Storage } from 'cardea';
import type { AccessAction, Admit } from '../auth/access.ts';
import { jsonResponse } from '../http/api-handler.ts';
import type { ApiRequest } from '../http/exchange.ts';
import type { Answer } from '../http/route-table.ts';
import { noteOf, type PolicyHistory } from './history.ts';
import { recordedChange } from './recorded-change.ts';
import { refusalOf } from './refusal.ts';
import { requireBase, tagOf } from './revision-tag.ts';

/** What the administration of policies needs. */
export interface Administration {
  readonly storage: Storage;
  readonly admit: Admit;
  /** Who changed what, and when. */
  readonly history: PolicyHistory;
  readonly clock: Clock;
  /** How deep a body may be nested. */
  readonly depth: number;
  /** How many items a page has where the request does not say, and at most. */
  readonly pageSize: number;
  /** Told of every change: who made it, and of which revision it is. */
  readonly logger: Logger | undefined;
}

/** What a request wants to be changed, and what its answer says besides the revision. */
export interface Wanted {
  readonly changes: readonly PolicyChange[];
  readonly members?: object;
}

/** An answer that changes nothing, with the revision as its tag. */
export function reading(
  { admit, storage }: Administration,
  answer: (request: ApiRequest, name: string) => Promise<object>,
  action: AccessAction = 'read-policies',
): Answer {
  return async (request, name) => {
    await admit(request, action);
    // Before what is read, so that a change in between makes the tag one that no write is taken with.
    const revision = await storage.revision();
    const body = await answered(storage, revision, () => answer(request, name));
    return jsonResponse(body, { etag: tagOf(revision) });
  };
}

/** An answer that changes policies, all as wanted or not at all, where they are as the request has seen them. */
export function writing(
  administration: Administration,
  want: (request: ApiRequest, name: string, base: Revision) => Promise<Wanted>,
): Answer {
  const { admit, storage, clock, logger } = administration;
  return async (request, name) => {
    const caller = (await admit(request, 'write-policies'))?.id ?? 'nobody';
    const base = requireBase(request);
    const [{ changes, members }, revision] = await answered(storage, base, async () => {
      const wanted = await want(request, name, base);
      const apply = (): Promise<Revision> => storage.apply(wanted.changes, { ifRevision: base });
      const time = new Date(clock.now()).toISOString();
      const recording = { caller, time, base, changes: wanted.changes };
      return [wanted, await recordedChange(recording, apply, administration)] as const;
    });
    logger?.info({ caller, changes: changes.map(noteOf), revision }, 'policies were changed');
    return jsonResponse({ revision, ...members }, { etag: tagOf(revision) });
  };
}

/** What a storage refuses becomes an answer. */
export async function answered<T>(storage: Storage, base: Revision, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await refusalOf(error, storage, base);
  }
}
