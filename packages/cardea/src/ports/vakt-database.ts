/** Where policies of vakt come from. */
export type VaktSource =
  /** Texts of `policy.to_json()`, or what `parseLosslessJson` made of them. */
  | { readonly texts: readonly (string | object)[] }
  /** Documents of MongoDB, of any version of vakt, as objects or (to keep the order of members that look like numbers) as Maps. */
  | { readonly documents: readonly unknown[] }
  /** Rows of the SQL tables. */
  | { readonly tables: VaktTables }
  /** Values of the Redis hash: texts of the JSON serializer, or pickles. */
  | { readonly values: Iterable<string | Uint8Array> };

/** The rows of vakt's SQL tables, as any driver returns them. */
export interface VaktTables {
  /** `vakt_policies` */
  readonly policies: readonly VaktPolicyRow[];
  /** `vakt_policy_subjects`, in the order of `id` */
  readonly subjects: readonly VaktElementRow[];
  /** `vakt_policy_actions`, in the order of `id` */
  readonly actions: readonly VaktElementRow[];
  /** `vakt_policy_resources`, in the order of `id` */
  readonly resources: readonly VaktElementRow[];
}

/** A row of `vakt_policies`. `context` is JSON that holds a string of JSON, in whichever of its three forms. */
export interface VaktPolicyRow {
  readonly uid: string;
  readonly effect: boolean | number | bigint;
  readonly context?: unknown;
  readonly description?: string | null;
}

/** A row of a table of elements: `subject`, `subject_string`, `subject_regex`, or the same of an action or resource. */
export interface VaktElementRow {
  readonly uid: string;
  readonly [column: string]: unknown;
}

/** Some policies of a database of vakt. */
export interface VaktBatch {
  readonly source: VaktSource;
  /** Stored policies that could not be read, beside those of the source. */
  readonly unread: readonly UnreadVaktPolicy[];
}

/** A stored policy that could not be read. */
export interface UnreadVaktPolicy {
  /** The uid, where it could be read. */
  readonly uid?: string;
  /** Why, and what to do. */
  readonly message: string;
}

/** A live database of vakt, which is only read. The readers are in `cardea/storage/vakt`. */
export interface VaktDatabase {
  /**
   * The version of vakt to which its own migrations brought the database, `1.4.0` for one; undefined where none has run.
   *
   * @throws CARDEA_UNSUPPORTED when the database is of a version that is not known
   */
  version(): Promise<string | undefined>;
  /**
   * All policies, so many at a time. Each policy is as it was at one moment; one that is there from the beginning to the
   * end of the reading is read exactly once, whatever vakt writes meanwhile.
   *
   * @param size how many policies a batch has at most
   */
  batches(size: number): AsyncIterable<VaktBatch>;
}
