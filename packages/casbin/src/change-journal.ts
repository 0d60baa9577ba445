import type { Model } from '../upstream.cjs';

/** A change of a policy that can be made again to another model of the same definitions. */
export type Change = (model: Model) => void;

const journals = new WeakMap<Model, Set<Change[]>>();

/** Notes a change for whoever loads the policy of the model meanwhile. */
export function noteChange(model: Model, change: Change): void {
  for (const journal of journals.get(model) ?? []) journal.push(change);
}

/**
 * Notes the changes of a model until `close` is called.
 *
 * @example
 * ```ts
 * const journal = openJournal(model);
 * for (const change of journal.close()) change(other);
 * ```
 */
export function openJournal(model: Model): { close(): readonly Change[] } {
  const changes: Change[] = [];
  const open = journals.get(model) ?? new Set<Change[]>();
  journals.set(model, open.add(changes));
  return {
    close: () => {
      open.delete(changes);
      return changes;
    },
  };
}
