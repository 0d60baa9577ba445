import type { Json } from '../../ast/json.ts';

/** A policy as vakt sees it. */
export interface StoredVaktPolicy {
  /** The place of the policy in the source, from 0. */
  readonly index: number;
  readonly uid: Json;
  /** 1 for policies of strings, or without elements; 2 for policies of rules. */
  readonly type: 1 | 2;
  readonly effect: Json;
}

/** What became of the policies of an import. */
export interface VaktReport {
  /** How many policies the source held. */
  readonly read: number;
  /** What is written differently now, or can never match, without any change of meaning. */
  readonly changed: readonly VaktNote[];
  /** Why policies are missing (or, with `opaque`, fail in one place). */
  readonly refused: readonly VaktNote[];
}

/** A note about one policy. */
export interface VaktNote {
  /** The place of the policy in the source, from 0. */
  readonly index: number;
  /** The uid, where it could be read. */
  readonly uid?: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
}
