import type { Scalar } from '../ast/json.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Policy } from '../model/policy.ts';

/** What a storage writes beside a policy, so that one indexed query finds it. */
export interface KeysOfPolicy {
  /** 16 hexadecimal digits each. None for a policy that has no part in any decision. */
  readonly keys: readonly string[];
  /** What the keys are made of: short ASCII texts, all of which a storage keeps. */
  readonly shapes: readonly string[];
}

/** What a storage writes beside a link. */
export interface KeysOfLink {
  readonly key: string;
  readonly shapes: readonly string[];
}

/** Tells under which keys an inquiry finds what has a part in its decision. */
export interface InquiryKeys {
  /** The keys to look for, or word that everything must be taken. */
  keysOf(inquiry: Inquiry): readonly string[] | 'everything';
}

/**
 * Makes the keys by which a storage finds the candidates of an inquiry. Keys depend on how policies are read, and so does
 * what they find: `name` tells by which reading.
 *
 * INVARIANT candidates-are-a-superset: what has a part in the decision of an inquiry has one of the keys that the
 * inquiry asks for, given all shapes of the storage.
 */
export interface PolicyKeyer {
  /** Two keyers of one name make the same keys. */
  readonly name: string;
  /** The key that every inquiry asks for, whatever the name of the keyer. */
  readonly residual: string;
  /** @param policy as `parsePolicy` gave it; one that its guards cannot read has the residual key */
  keysOf(policy: Policy): KeysOfPolicy;
  /**
   * @param template as `parsePolicy` gave it
   * @returns what makes the key of a link, of its values in the order of the template's slots
   */
  linkKeysOf(template: Policy): (values: readonly Scalar[]) => KeysOfLink;
  /** @param shapes all those that the storage has, in any order */
  inquiryKeys(shapes: Iterable<string>): InquiryKeys;
}
