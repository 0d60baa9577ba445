import type { Revision } from '../model/decision.ts';

/**
 * Carries word of changes between the processes on one storage, where the database itself tells nobody. What comes over it is
 * a reason to ask the storage, and never an answer: it may be lost, late, repeated, or of somebody else.
 */
export interface ChangeBus {
  /** Tells the others that the storage is at a revision, without being waited for. What throws is logged. */
  tell(revision: Revision): void;
  /**
   * Calls the listener with what others tell, and perhaps with what is told here.
   *
   * @returns how to stop
   */
  listen(listener: (revision: Revision) => void): () => void;
}
