import { allow, CardeaError, type Logger, MemoryStorage, type Storage } from 'cardea';
import { describe, expect, it } from 'vitest';
import { answerableStorage } from './answerable-storage.ts';

const POLICY = allow({ uid: '1', subjects: ['max'], actions: ['get'], resources: ['book'] });
const lost = new Error('connect ECONNREFUSED db.internal');

function failing(error: unknown): Storage {
  const fail = (): never => {
    throw error;
  };
  return Object.assign(new MemoryStorage(), {
    revision: async () => fail(),
    // oxlint-disable-next-line require-yield
    async *retrieveAll() {
      fail();
    },
  });
}

function recording(): { readonly logger: Logger; readonly lines: unknown[] } {
  const lines: unknown[] = [];
  const silent = (): void => undefined;
  const error = (fields: object): void => void lines.push(fields);
  return { logger: { trace: silent, debug: silent, info: silent, warn: silent, error }, lines };
}

describe('a storage that answers over HTTP', () => {
  it.each([
    ['its driver fails', lost],
    ['it says that it cannot be reached', new CardeaError('CARDEA_IO', 'no connection')],
  ])('is not available when %s; the logger alone is told why', async (_, error) => {
    const { logger, lines } = recording();
    const storage = answerableStorage(failing(error), logger);
    const unavailable = {
      status: 503,
      headers: { 'retry-after': '1' },
      message: 'the policies cannot be read or written',
    };
    await expect(storage.revision()).rejects.toMatchObject(unavailable);
    await expect(storage.retrieveAll()[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable);
    expect(lines).toEqual([{ err: error }, { err: error }]);
  });

  it('refuses what it refuses', async () => {
    const { logger, lines } = recording();
    const storage = answerableStorage(new MemoryStorage([POLICY]), logger);
    await expect(storage.add(POLICY)).rejects.toMatchObject({ code: 'CARDEA_POLICY_EXISTS' });
    for await (const policy of storage.retrieveAll()) expect(policy).toEqual(POLICY);
    expect([await storage.revision(), lines]).toEqual([1, []]);
  });
});
