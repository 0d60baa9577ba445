import type { Storage } from '../src/ports/storage.ts';
import { MemoryStorage } from '../src/storage/memory.ts';

/** The same policies and links as the changes that a storage tells of make in a storage that is empty. */
export async function replayed(storage: Storage): Promise<MemoryStorage> {
  const copy = new MemoryStorage();
  const since = await storage.changesSince(0);
  if (!since.complete) throw new Error('the history is long enough');
  for (const revision of new Set(since.changes.map((recorded) => recorded.revision))) {
    const together = since.changes.filter((recorded) => recorded.revision === revision);
    await copy.apply(together.map(({ change }) => change));
  }
  return copy;
}
