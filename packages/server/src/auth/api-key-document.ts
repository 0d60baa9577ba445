import { type Issue, issuesError } from 'cardea';
import { z } from 'zod';
import type { ApiKeyRecord } from './api-keys.ts';
import { ROLES } from './caller.ts';

/** What a file of API keys holds. */
export interface ApiKeyDocument {
  readonly keys: readonly ApiKeyRecord[];
}

const record: z.ZodType<ApiKeyRecord> = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,64}$/, 'must be 1 to 64 small letters, digits and `-`'),
  caller: z.string().min(1).exactOptional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits'),
  roles: z.array(z.enum(ROLES)).min(1),
  expires: z.iso.datetime({ offset: true }).exactOptional(),
});

const document: z.ZodType<ApiKeyDocument> = z
  .strictObject({ keys: z.array(record) })
  .superRefine(({ keys }, context) => {
    const seen = new Set<string>();
    for (const [at, { id }] of keys.entries()) {
      if (seen.has(id))
        context.addIssue({ code: 'custom', path: ['keys', at, 'id'], message: 'another key has this id' });
      seen.add(id);
    }
  });

/**
 * Checks a document of API keys.
 *
 * @param name of the document, for the message
 * @throws CARDEA_INVALID_DOCUMENT with every issue at once
 *
 * @example
 * ```ts
 * const { keys } = parseApiKeyDocument(JSON.parse(await readFile('keys.json', 'utf8')), 'keys.json');
 * const authenticators = [apiKeys(keys)];
 * ```
 */
export function parseApiKeyDocument(input: unknown, name: string): ApiKeyDocument {
  const parsed = document.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }): Issue => {
    const names = path.map((part) => (typeof part === 'number' ? part : String(part)));
    return { code: 'CARDEA_INVALID_DOCUMENT', path: names, message, file: name };
  });
  throw issuesError('API keys', issues);
}
