import { ClientError } from './client-error.ts';
import { isJsonObject, type Json, member } from './json.ts';

/** What a decision point of Cardea says at `/health/ready`. */
export interface Readiness {
  /** Whether it should be asked. */
  readonly ready: boolean;
  /** Of which state its policies are; undefined before they are loaded. */
  readonly revision: number | undefined;
  /** How long ago it knew that it is up to date, in milliseconds. */
  readonly behindMs: number | undefined;
}

/** @throws ClientError `malformed` */
export function readReadiness(body: Json): Readiness {
  const ready = isJsonObject(body) ? member(body, 'ready') : undefined;
  if (!isJsonObject(body) || typeof ready !== 'boolean')
    throw new ClientError('malformed', 'the answer does not say whether the decision point is ready');
  const [revision, behindMs] = [member(body, 'revision'), member(body, 'behindMs')];
  return {
    ready,
    revision: typeof revision === 'number' ? revision : undefined,
    behindMs: typeof behindMs === 'number' ? behindMs : undefined,
  };
}
