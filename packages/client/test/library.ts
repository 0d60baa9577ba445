import { allow, deny, Guard, MemoryStorage, type Policy } from 'cardea';
import { any } from 'cardea/rules';
import { memoryDirectory } from '@cardea/server';
import { createServer, type DecisionServer, type ServerOptions } from '@cardea/server/node';
import { onTestFinished } from 'vitest';

/** Policies of a library: users read books, nobody reads what is locked, and who lends one has to note it. */
export const POLICIES: readonly Policy[] = [
  allow({ uid: 'readers', subjects: [{ type: 'user' }], actions: ['read'], resources: [{ type: 'book' }] }),
  allow({
    uid: 'librarians',
    subjects: [{ role: 'librarian' }],
    actions: ['lend'],
    resources: [{ type: 'book' }],
    obligations: [{ type: 'note' }],
  }),
  deny({ uid: 'locked', subjects: [any()], actions: [any()], resources: [{ locked: true }] }),
];

const DIRECTORY = memoryDirectory({
  entities: [
    { type: 'user', id: 'alice', properties: { role: 'librarian' } },
    { type: 'user', id: 'bob' },
    ...Array.from({ length: 25 }, (_, at) => ({
      type: 'book',
      id: `b${String(at).padStart(2, '0')}`,
      properties: { locked: at % 5 === 0 },
    })),
  ],
  actions: [{ name: 'read' }, { name: 'lend' }, { name: 'burn' }],
});

/** The ids of the books that are not locked. */
export const OPEN_BOOKS: readonly string[] = Array.from({ length: 25 }, (_, at) => at)
  .filter((at) => at % 5 !== 0)
  .map((at) => `b${String(at).padStart(2, '0')}`);

/** A question that is permitted. */
export const PERMITTED = {
  subject: { type: 'user', id: 'alice' },
  action: { name: 'read' },
  resource: { type: 'book', id: 'b01' },
} as const;

/** A question that is denied. */
export const DENIED = { ...PERMITTED, resource: { type: 'book', id: 'b00' } } as const;

/** A decision point over the library, until the test has ended. */
export async function libraryServer(options: Partial<ServerOptions> = {}): Promise<DecisionServer> {
  const guard = new Guard(new MemoryStorage(POLICIES));
  const server = await createServer({ guard, directory: DIRECTORY, ...options });
  onTestFinished(() => server.close());
  return server;
}
