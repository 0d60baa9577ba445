import type { Documents } from './collections.ts';
import type { CommitDocument } from './documents.ts';

/**
 * Tells of revisions by a change stream, which the driver resumes by itself where it can.
 *
 * @param failed told once when it cannot
 * @returns how to stop
 */
export async function followCommits(
  commits: Documents<CommitDocument>,
  listener: (revision: number) => void,
  failed: (error: unknown) => void,
): Promise<() => Promise<void>> {
  const stream = commits.watch([{ $match: { operationType: 'insert' } }]);
  let isStopped = false;
  const tell = (change: { readonly fullDocument?: { readonly n?: unknown } } | null): void => {
    const revision = change?.fullDocument?.n;
    if (typeof revision === 'number' && !isStopped) listener(revision);
  };
  const follow = async (): Promise<void> => {
    for await (const change of stream) tell(change);
    throw new Error('the change stream ended');
  };
  // It is open from here on: nothing is missed between this and what is read next.
  tell(await stream.tryNext());
  follow().catch((error: unknown) => {
    if (!isStopped) failed(error);
  });
  return async () => {
    isStopped = true;
    await stream.close();
  };
}
