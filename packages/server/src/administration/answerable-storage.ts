import { isCardeaError, type Logger, type Storage } from 'cardea';
import { RequestError } from '../http/request-error.ts';

/**
 * The same storage, where a failure to reach it is an answer: 503, and when to ask again. The logger is told what failed,
 * and the caller is not, since drivers name hosts. What a storage refuses stays as it is.
 */
export function answerableStorage(storage: Storage, logger: Logger | undefined): Storage {
  const toAnswer = (error: unknown): unknown => {
    if (error instanceof RequestError || (isCardeaError(error) && error.code !== 'CARDEA_IO')) return error;
    logger?.error({ err: error }, 'the storage cannot be reached');
    return new RequestError(503, 'the policies cannot be read or written', { 'retry-after': '1' });
  };
  return new Proxy(storage, {
    get: (target, name): unknown => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...given: readonly unknown[]): unknown => answering(Reflect.apply(member, target, given), toAnswer);
    },
  });
}

/** What a method gave: a promise, or what is read one by one. */
function answering(given: unknown, toAnswer: (error: unknown) => unknown): unknown {
  if (given instanceof Promise)
    return given.catch((error: unknown) => {
      throw toAnswer(error);
    });
  return isIterable(given) ? readEach(given, toAnswer) : given;
}

function isIterable(given: unknown): given is AsyncIterable<unknown> {
  return typeof given === 'object' && given !== null && Symbol.asyncIterator in given;
}

async function* readEach(each: AsyncIterable<unknown>, toAnswer: (error: unknown) => unknown): AsyncIterable<unknown> {
  try {
    yield* each;
  } catch (error) {
    throw toAnswer(error);
  }
}
