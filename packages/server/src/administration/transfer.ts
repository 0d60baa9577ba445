import { issuesError, type Revision, type Storage } from 'cardea';
import type { DocumentFormat } from 'cardea/document';
import { tagOf } from './revision-tag.ts';
import { type Administration, answered, type Wanted } from './answers.ts';
import type { ApiRequest } from '../http/exchange.ts';
import type { Answer } from '../http/route-table.ts';
import { HEADERS, requireJson } from '../http/api-handler.ts';
import { RequestError } from '../http/request-error.ts';
import { invalid } from './refusal.ts';
import { choiceOf } from './query.ts';

const TYPES: Readonly<Record<DocumentFormat, string>> = {
  // RFC 9512
  yaml: 'application/yaml',
  json: 'application/json',
};

// `cardea/document` is loaded where it is needed: whoever only decides needs no reader of YAML.

/** Answers with all policies and links as one document, all of one revision. */
export function exporting({ admit, storage }: Administration): Answer {
  return async (request) => {
    await admit(request, 'read-policies');
    const format = choiceOf(request, 'format', ['yaml', 'json']);
    const { readStore, writeDocument } = await import('cardea/document');
    const [body, revision] = await answered(storage, await storage.revision(), async () => {
      const content = await readStore(storage);
      return [writeDocument(content, { format }), content.revision] as const;
    });
    const headers = { ...HEADERS, 'content-type': `${TYPES[format]}; charset=utf-8`, etag: tagOf(revision) };
    return { status: 200, headers, body };
  };
}

/**
 * What makes of the policies that are there those of a document: `add` only adds, `update` also replaces, `replace` also
 * takes away what the document has not.
 *
 * @throws RequestError 400 with all issues and their positions, 409 when `add` would have to replace, 412 when the policies
 *   are of another revision
 */
export async function imported(storage: Storage, request: ApiRequest, base: Revision): Promise<Wanted> {
  const mode = choiceOf(request, 'mode', ['add', 'update', 'replace']);
  const format = formatOf(request);
  const { parseDocument, planImport, readSame, readStore } = await import('cardea/document');
  const parsed = parseDocument(textOf(request.body), { format });
  if (!parsed.ok) throw invalid(issuesError('document', parsed.issues));
  const current = mode === 'replace' ? await readStore(storage) : await readSame(storage, parsed.value);
  const { changes, conflicts, counts } = planImport(current, parsed.value, mode);
  if (conflicts.length > 0 && (await storage.revision()) === base)
    throw new RequestError(
      409,
      'there are other policies of these uids: `mode=update` replaces them',
      {},
      { conflicts },
    );
  return { changes, members: { counts } };
}

function formatOf(request: ApiRequest): DocumentFormat {
  const type = (request.header('content-type') ?? '').toLowerCase();
  const format = type.startsWith(TYPES.yaml) ? 'yaml' : 'json';
  requireJson(request, TYPES[format]);
  return format;
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new RequestError(400, 'the body is not UTF-8');
  }
}
