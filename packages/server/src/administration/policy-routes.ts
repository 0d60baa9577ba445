import {
  type Json,
  type JsonObject,
  type Logger,
  parsePolicies,
  type Policy,
  type PolicyChange,
  type Revision,
  type Storage,
  issuesError,
} from 'cardea';
import type { AccessAction, Admit } from '../auth/access.ts';
import type { Caller } from '../auth/caller.ts';
import { member, requireObject } from '../authzen/read-parts.ts';
import { jsonResponse, requireJson } from '../http/api-handler.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { RequestError } from '../http/request-error.ts';
import type { Answer, Route } from '../http/route-table.ts';
import { readStrictJson } from '../http/strict-json.ts';
import { mergePatch } from './merge-patch.ts';
import { invalid, refusalOf } from './refusal.ts';
import { requireBase, tagOf } from './revision-tag.ts';

/** What the administration of policies needs. */
export interface PolicyRoutesOptions {
  readonly storage: Storage;
  readonly admit: Admit;
  /** How deep a body may be nested. */
  readonly depth: number;
  /** How many policies a page has where the request does not say, and at most. */
  readonly pageSize: number;
  /** Told of every change: who made it, and of which revision it is. */
  readonly logger: Logger | undefined;
}

/**
 * Administration of policies over HTTP (XACML: the policy administration point). What is read carries the revision as its
 * `ETag`; what is written must name it, so that nobody replaces what they have not seen.
 */
export function policyRoutes(options: PolicyRoutesOptions): ReadonlyMap<string, Route> {
  const { storage } = options;
  const reading = (answer: (request: ApiRequest, name: string) => Promise<object>): Answer =>
    admitted(options, 'read-policies', async (request, name) => {
      // Before what is read, so that a change in between makes the tag one that no write is taken with.
      const revision = await storage.revision();
      const body = await answered(storage, revision, () => answer(request, name));
      return jsonResponse(body, { etag: tagOf(revision) });
    });
  const writing = (change: (request: ApiRequest, name: string) => Promise<readonly PolicyChange[]>): Answer =>
    admitted(options, 'write-policies', async (request, name, caller) => {
      const base = requireBase(request);
      const [changes, revision] = await answered(storage, base, async () => {
        const wanted = await change(request, name);
        return [wanted, await storage.apply(wanted, { ifRevision: base })] as const;
      });
      options.logger?.info({ caller: caller?.id, changes: changes.map(told), revision }, 'policies were changed');
      return jsonResponse({ revision }, { etag: tagOf(revision) });
    });
  const sent = (request: ApiRequest, type?: string): Json => {
    requireJson(request, type);
    return readStrictJson(request.body, options.depth);
  };

  return new Map<string, Route>([
    ['/v1/policies', { GET: reading((request) => pageOf(request, options)) }],
    [
      '/v1/policies/*',
      {
        GET: reading(async (_, uid) => existing(storage, uid)),
        PUT: writing(async (request, uid) => {
          const policy = ofUid(sent(request), uid);
          return [{ type: (await storage.get(uid)) === undefined ? 'add' : 'update', policy }];
        }),
        PATCH: writing(async (request, uid) => {
          const patch = sent(request, 'application/merge-patch+json');
          const before = (await existing(storage, uid)) as unknown as Json;
          return [{ type: 'update', policy: ofUid(mergePatch(before, patch), uid) }];
        }),
        DELETE: writing(async (_, uid) => {
          await existing(storage, uid);
          return [{ type: 'delete', uid }];
        }),
      },
    ],
    ['/v1/policies:apply', { POST: writing(async (request) => changesOf(requireObject(sent(request)))) }],
    ['/v1/policies:validate', { POST: reading(async (request) => validation(sent(request))) }],
  ]);
}

function admitted(
  { admit }: PolicyRoutesOptions,
  action: AccessAction,
  answer: (request: ApiRequest, name: string, caller: Caller | undefined) => Promise<ApiResponse>,
): Answer {
  return async (request, name) => answer(request, name, await admit(request, action));
}

/** What a storage refuses becomes an answer. */
async function answered<T>(storage: Storage, base: Revision, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await refusalOf(error, storage, base);
  }
}

async function pageOf({ query }: ApiRequest, { storage, pageSize }: PolicyRoutesOptions): Promise<object> {
  const parameters = new URLSearchParams(query);
  const limit = parameters.get('limit') ?? String(pageSize);
  if (!/^[1-9]\d{0,8}$/.test(limit)) throw new RequestError(400, '`limit` is not a whole number from 1 on');
  const after = parameters.get('after') ?? undefined;
  return storage.page({ after, limit: Math.min(Number(limit), pageSize) });
}

async function existing(storage: Storage, uid: string): Promise<Policy> {
  const policy = await storage.get(uid);
  if (policy === undefined) throw new RequestError(404, 'there is no policy of this uid');
  return policy;
}

/** Only its name is looked at here: whether it is a policy is what the storage says. */
function ofUid(body: Json, uid: string): Policy {
  const policy = requireObject(body);
  if (member(policy, 'uid') !== uid) throw new RequestError(400, '`uid` is another than that of the path');
  return policy as unknown as Policy;
}

function changesOf(body: JsonObject): readonly PolicyChange[] {
  const changes = member(body, 'changes');
  if (!Array.isArray(changes)) throw new RequestError(400, '`changes` is not a list');
  return changes;
}

function validation(body: Json): object {
  const parsed = parsePolicies(body);
  if (!parsed.ok) throw invalid(issuesError('policies', parsed.issues));
  return { policies: parsed.value.length };
}

function told(change: PolicyChange): object {
  const { type } = change;
  if (type === 'delete') return { type, uid: change.uid };
  return type === 'link' || type === 'unlink' ? { type, link: change.link } : { type, uid: change.policy.uid };
}
