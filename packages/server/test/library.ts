import { type Policy, allow, deny, Guard, MemoryStorage } from 'cardea';
import { any } from 'cardea/rules';
import { type EntityDirectory, memoryDirectory } from '../src/index.ts';

/** Policies of a library: readers read books, nobody reads what is locked, librarians also lend. */
export const POLICIES: readonly Policy[] = [
  allow({ uid: 'readers', subjects: [{ type: 'user' }], actions: ['read'], resources: [{ type: 'book' }] }),
  allow({ uid: 'librarians', subjects: [{ role: 'librarian' }], actions: ['lend'], resources: [{ type: 'book' }] }),
  deny({ uid: 'locked', subjects: [any()], actions: [any()], resources: [{ locked: true }] }),
];

/** Two users and three books, one of them locked. */
export const DIRECTORY: EntityDirectory = memoryDirectory({
  entities: [
    { type: 'user', id: 'alice', properties: { role: 'librarian' } },
    { type: 'user', id: 'bob' },
    { type: 'book', id: 'a' },
    { type: 'book', id: 'b', properties: { locked: true } },
    { type: 'book', id: 'c' },
  ],
  actions: [{ name: 'read' }, { name: 'lend', resourceTypes: ['book'] }],
});

export function libraryGuard(): Guard {
  return new Guard(new MemoryStorage(POLICIES));
}

/** A request that is permitted. */
export const PERMITTED = {
  subject: { type: 'user', id: 'alice' },
  action: { name: 'read' },
  resource: { type: 'book', id: 'a' },
} as const;

/** A request that is denied. */
export const DENIED = { ...PERMITTED, resource: { type: 'book', id: 'b' } } as const;
