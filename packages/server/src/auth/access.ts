import { allow, Guard, MemoryStorage, type Policy } from 'cardea';
import { RequestError } from '../http/request-error.ts';
import type { ApiRequest } from '../http/exchange.ts';
import type { Authenticator, Caller, Role } from './caller.ts';

/**
 * What a caller wants of the decision point itself; to inspect is to be told of the policies, to observe how the process
 * does.
 */
export type AccessAction =
  | 'evaluate'
  | 'search'
  | 'inspect'
  | 'observe'
  | 'read-policies'
  | 'read-history'
  | 'write-policies';

const MAY: Readonly<Record<AccessAction, readonly Role[]>> = {
  evaluate: ['decider', 'auditor', 'admin'],
  search: ['decider', 'auditor', 'admin'],
  inspect: ['auditor', 'admin'],
  observe: ['auditor', 'admin'],
  'read-policies': ['auditor', 'editor', 'admin'],
  'read-history': ['auditor', 'admin'],
  'write-policies': ['editor', 'admin'],
};

/** Who may ask the decision point for what: policies like any other. */
export const ACCESS_POLICIES: readonly Policy[] = (Object.keys(MAY) as AccessAction[]).map((action) =>
  allow({
    uid: `cardea:${action}`,
    subjects: [{ roles: { $anyIn: [...MAY[action]] } }],
    actions: [action],
    resources: ['decision-point'],
  }),
);

/**
 * Lets a request pass and says who sent it, where anybody is asked.
 *
 * @throws RequestError 401 or 403, or rejects with it
 */
export type Admit = (request: ApiRequest, action: AccessAction) => Caller | undefined | Promise<Caller | undefined>;

/** What those may who are not asked who they are: nothing that tells of the policies, or changes them. */
const OF_ANYBODY: ReadonlySet<AccessAction> = new Set(['evaluate', 'search', 'observe']);

/**
 * Asks each request who sent it, and whether they may. Where there are no authenticators, everybody may evaluate and
 * search, which is for addresses that only this machine reaches.
 */
export async function admission(authenticators: readonly Authenticator[] | undefined): Promise<Admit> {
  if (authenticators === undefined)
    return (_, action) => {
      if (!OF_ANYBODY.has(action)) throw new RequestError(403, `nobody may ${action} unasked who they are`);
      return undefined;
    };
  const guard = new Guard(new MemoryStorage(ACCESS_POLICIES));
  await guard.ready();
  return async (request, action) => {
    const caller = await callerOf(request, authenticators);
    const { id, roles } = caller;
    if (!guard.allows({ subject: { id, roles }, action, resource: 'decision-point' }))
      throw new RequestError(403, `the caller may not ${action}`);
    return caller;
  };
}

async function callerOf(request: ApiRequest, authenticators: readonly Authenticator[]): Promise<Caller> {
  for (const authenticator of authenticators) {
    // The first kind of credentials that a request has says who sent it; those after it are not asked.
    // oxlint-disable-next-line no-await-in-loop
    const caller = await authenticator.authenticate(request);
    if (caller !== undefined) return caller;
  }
  const challenge = [...new Set(authenticators.map((each) => each.challenge))].join(', ');
  throw new RequestError(401, 'the request has no credentials', { 'www-authenticate': challenge });
}
