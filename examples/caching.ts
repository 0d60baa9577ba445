// Remembered decisions are never stale: the key holds the revision of the policies.
//   node --conditions=cardea-source examples/caching.ts
import { allow, createCachedGuard, MemoryStorage } from 'cardea';

const storage = new MemoryStorage([
  allow({ uid: 'guests-read', subjects: ['guest'], actions: ['read'], resources: ['menu'] }),
]);
const { guard, cache } = createCachedGuard(storage, { maxSize: 1_000 });
const inquiry = { subject: 'guest', action: 'read', resource: 'menu' };

await guard.isAllowed(inquiry);
await guard.isAllowed(inquiry);
console.log(cache.info()); // { hits: 1, misses: 1, maxSize: 1000, currentSize: 1 }

await storage.delete('guests-read');
console.log('after the policy is gone:', await guard.isAllowed(inquiry)); // false, at once
