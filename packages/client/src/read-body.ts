import { ClientError } from './client-error.ts';
import type { Json } from './json.ts';
import { hasUniqueMembers } from './unique-members.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the body of an answer as I-JSON (RFC 7493), and no more of it than there may be.
 *
 * @param limit in bytes
 * @throws ClientError `malformed`, and whatever the stream is broken by
 */
export async function readBody(response: Response, limit: number): Promise<Json> {
  const type = response.headers.get('content-type') ?? '';
  if (!JSON_TYPE.test(type)) throw new ClientError('malformed', 'the answer is not said to be JSON in UTF-8');
  return parse(await readBytes(response, limit));
}

const JSON_TYPE = /^\s*application\/json\s*(?:;(?!\s*charset\s*=)[^;]*|;\s*charset\s*=\s*"?utf-8"?\s*)*$/i;

async function readBytes({ body }: Response, limit: number): Promise<Uint8Array> {
  const bytes: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const part = await reader?.read();
    if (part === undefined || part.done) return joined(bytes, length);
    length += part.value.length;
    // The rest is not waited for: whoever sent the request ends it.
    if (length > limit) throw new ClientError('malformed', `the answer has more than ${limit} bytes`);
    bytes.push(part.value);
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function parse(bytes: Uint8Array): Json {
  let text: string;
  let value: Json;
  try {
    text = UTF8.decode(bytes);
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw new ClientError('malformed', 'the answer is not JSON in UTF-8', { cause });
  }
  if (hasUniqueMembers(text, value)) return value;
  throw new ClientError('malformed', 'the answer has a member name twice in one object');
}
