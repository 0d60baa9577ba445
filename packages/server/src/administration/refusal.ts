import { type CardeaError, formatPath, isCardeaError, type Revision, type Storage } from 'cardea';
import { RequestError } from '../http/request-error.ts';
import { tagOf } from './revision-tag.ts';

/**
 * Makes an answer of what a storage refuses; what it fails at stays as it is.
 *
 * @param base the revision that the change was based on
 */
export async function refusalOf(error: unknown, storage: Storage, base: Revision): Promise<unknown> {
  if (!isCardeaError(error)) return error;
  if (error.code === 'CARDEA_IO')
    return new RequestError(503, 'the policies cannot be read or written', { 'retry-after': '1' });
  if (error.code === 'CARDEA_POLICY_EXISTS') return new RequestError(409, error.message);
  if (error.code !== 'CARDEA_CONFLICT') return invalid(error);
  const revision = await storage.revision();
  if (revision === base) return new RequestError(409, error.message);
  const message = `the policies are of revision ${revision} by now, not ${base}`;
  return new RequestError(412, message, { etag: tagOf(revision) });
}

/** An answer that tells every issue with its place. */
export function invalid({ message, issues }: CardeaError): RequestError {
  const told = issues.map(({ code, path, message: reason, line, column }) => ({
    code,
    path: formatPath(path),
    message: reason,
    ...(line !== undefined && { line, column }),
  }));
  return new RequestError(400, message, {}, told.length === 0 ? {} : { issues: told });
}
