import { isCardeaError, type Logger, type PolicyChange, type Revision } from 'cardea';
import { RequestError } from '../http/request-error.ts';
import { type Intent, noteOf, type PendingEntries, type PolicyHistory } from './history.ts';

/** Who changes what, and when. */
export interface Recording extends Omit<Intent, 'changes'> {
  readonly changes: readonly PolicyChange[];
}

/**
 * Makes a change that its history knows of before.
 *
 * @param apply gives the revision afterwards
 * @returns a rejection with RequestError 503 where it cannot be written down, and nothing is changed; else what `apply` gives
 */
export async function recordedChange(
  { changes, ...rest }: Recording,
  apply: () => Promise<Revision>,
  { history, logger }: { readonly history: PolicyHistory; readonly logger: Logger | undefined },
): Promise<Revision> {
  const pending = await begin({ ...rest, changes: changes.map(noteOf) }, history, logger);
  const told = async (work: Promise<void>): Promise<void> => {
    // The change stands, or does not, whatever becomes of its trace: that it began is there already.
    await work.catch((error: unknown) =>
      logger?.error({ err: error }, 'the history of policies could not be completed'),
    );
  };
  try {
    const revision = await apply();
    await told(revision === rest.base ? pending.undone() : pending.done(revision));
    return revision;
  } catch (error) {
    // Where the storage failed, nobody knows whether it was changed.
    if (isCardeaError(error) && error.code !== 'CARDEA_IO') await told(pending.undone());
    throw error;
  }
}

async function begin(intent: Intent, history: PolicyHistory, logger: Logger | undefined): Promise<PendingEntries> {
  try {
    return await history.begin(intent);
  } catch (error) {
    logger?.error({ err: error }, 'the history of policies could not be written');
    throw new RequestError(503, 'who changes what cannot be written down', { 'retry-after': '1' });
  }
}
