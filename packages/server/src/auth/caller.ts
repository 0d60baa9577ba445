import type { ApiRequest } from '../http/exchange.ts';

/** What a caller is trusted with. */
export type Role = 'decider' | 'editor' | 'auditor' | 'admin';

/** The names of {@link Role}. */
export const ROLES: readonly Role[] = ['decider', 'editor', 'auditor', 'admin'];

/** Who asks. */
export interface Caller {
  readonly id: string;
  readonly roles: readonly Role[];
}

/**
 * Says who sent a request, by one kind of credentials: the caller, or undefined where the request has none of this kind.
 * Credentials that are wrong are a rejection with RequestError 401.
 */
export interface Authenticator {
  /** What a request without credentials is told to bring: a challenge of RFC 9110 §11.6.1. */
  readonly challenge: string;
  authenticate(request: ApiRequest): Promise<Caller | undefined>;
}
