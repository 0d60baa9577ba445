import { issuesError, type Json, parsePolicies, type Policy, type PolicyChange, type Storage } from 'cardea';
import { member, requireObject } from '../authzen/read-parts.ts';
import { requireJson } from '../http/api-handler.ts';
import type { ApiRequest } from '../http/exchange.ts';
import { RequestError } from '../http/request-error.ts';
import type { Route } from '../http/route-table.ts';
import { readStrictJson } from '../http/strict-json.ts';
import { type Administration, reading, type Wanted, writing } from './answers.ts';
import { dryRun, type DryRunOptions } from './dry-run.ts';
import { linkPage } from './links.ts';
import { mergePatch } from './merge-patch.ts';
import { pageQuery } from './query.ts';
import { readChanges } from './read-changes.ts';
import { invalid } from './refusal.ts';
import { exporting, imported } from './transfer.ts';

/**
 * Administration of policies over HTTP (XACML: the policy administration point). What is read carries the revision as its
 * `ETag`; what is written must name it, so that nobody replaces what they have not seen.
 */
export function policyRoutes(options: Administration & DryRunOptions): ReadonlyMap<string, Route> {
  const { storage, pageSize, history, admit } = options;
  const sent = (request: ApiRequest, type?: string): Json => {
    requireJson(request, type);
    return readStrictJson(request.body, options.depth);
  };
  const one = (change: PolicyChange): Wanted => ({ changes: [change] });

  return new Map<string, Route>([
    ['/v1/policies', { GET: reading(options, (request) => storage.page(pageQuery(request, pageSize))) }],
    [
      '/v1/policies/*',
      {
        GET: reading(options, (_, uid) => existing(storage, uid)),
        PUT: writing(options, async (request, uid) => {
          const policy = ofUid(sent(request), uid);
          return one({ type: (await storage.get(uid)) === undefined ? 'add' : 'update', policy });
        }),
        PATCH: writing(options, async (request, uid) => {
          const patch = sent(request, 'application/merge-patch+json');
          const before = (await existing(storage, uid)) as unknown as Json;
          return one({ type: 'update', policy: ofUid(mergePatch(before, patch), uid) });
        }),
        DELETE: writing(options, async (_, uid) => {
          await existing(storage, uid);
          return one({ type: 'delete', uid });
        }),
      },
    ],
    [
      '/v1/policies:apply',
      { POST: writing(options, async (request) => ({ changes: readChanges(requireObject(sent(request))) })) },
    ],
    ['/v1/policies:validate', { POST: reading(options, async (request) => validation(sent(request))) }],
    [
      '/v1/policies:links',
      {
        GET: reading(options, (request) => {
          const template = new URLSearchParams(request.query).get('template') ?? undefined;
          return linkPage(storage, { ...pageQuery(request, pageSize), template });
        }),
      },
    ],
    [
      '/v1/policies:history',
      {
        GET: reading(
          options,
          (request) => {
            const uid = new URLSearchParams(request.query).get('uid') ?? undefined;
            return history.page({ ...pageQuery(request, pageSize), uid });
          },
          'read-history',
        ),
      },
    ],
    [
      '/v1/policies:dry-run',
      {
        POST: reading(options, async (request) => {
          const body = requireObject(sent(request));
          // Decisions that were asked for once tell of those who asked.
          if (member(body, 'log') !== undefined) await admit(request, 'inspect');
          return dryRun(body, readChanges(body), options);
        }),
      },
    ],
    ['/v1/policies:export', { GET: exporting(options) }],
    ['/v1/policies:import', { POST: writing(options, (request, _, base) => imported(storage, request, base)) }],
  ]);
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

function validation(body: Json): object {
  const parsed = parsePolicies(body);
  if (!parsed.ok) throw invalid(issuesError('policies', parsed.issues));
  return { policies: parsed.value.length };
}
