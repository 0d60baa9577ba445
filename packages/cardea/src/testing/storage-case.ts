import type { Policy } from '../model/policy.ts';
import type { Storage } from '../ports/storage.ts';

/** One rule of the contract of a storage. */
export interface StorageCase {
  /** The rule, as a sentence. */
  readonly rule: string;
  /**
   * Rejects when an empty storage does not keep the rule.
   *
   * @param another gives another storage object on the same data, or the same one where there is no other
   */
  readonly run: (storage: Storage, another: () => Promise<Storage>) => Promise<void>;
}

/** A policy for the suite; `text` makes two of the same uid differ. */
export function policyOf(uid: string, text = 'get'): Policy {
  return { uid, effect: 'allow', subjects: ['max'], actions: [text], resources: [{ name: { $eq: 'book' } }] };
}
