import type { Logger } from 'cardea';
import { RequestError } from '../http/request-error.ts';
import type { EntityDirectory } from './entity-directory.ts';

/**
 * The same directory, where a failure of it is an answer: 503, and when to ask again. An attribute that cannot be read may be
 * the one that denies, so that nobody can know; and who wrote the directory need not know of HTTP. The logger is told what
 * failed, and the caller is not.
 */
export function answerableDirectory(directory: EntityDirectory, logger: Logger | undefined): EntityDirectory {
  const fail = (error: unknown): never => {
    if (error instanceof RequestError) throw error;
    logger?.error({ err: error }, 'attributes cannot be read');
    throw unreadable();
  };
  const answering = <T>(ask: () => T | Promise<T>): T | Promise<T> => {
    try {
      const answer = ask();
      return isThenable(answer) ? Promise.resolve(answer).catch(fail) : answer;
    } catch (error) {
      return fail(error);
    }
  };
  return {
    find: (type, id) => answering(() => directory.find(type, id)),
    list: (type, after, limit) => answering(() => directory.list(type, after, limit)),
    actions: (resourceType) => answering(() => directory.actions(resourceType)),
  };
}

/** What a caller is told where policies or attributes cannot be read. */
export function unreadable(): RequestError {
  return new RequestError(503, 'policies or attributes cannot be read', { 'retry-after': '1' });
}

/** Promises of other libraries too: taken for an entity, one would be an entity without attributes. */
function isThenable<T>(answer: T | Promise<T>): answer is Promise<T> {
  return typeof answer === 'object' && answer !== null && 'then' in answer && typeof answer.then === 'function';
}
