/**
 * What every document says that belongs to a revision: of which, and which attempt at it wrote it. It counts once that
 * attempt made the revision, and is never changed.
 */
export interface Written {
  readonly _id: string;
  readonly at: number;
  readonly by: string;
}

/** Texts that come from outside are stored as JSON texts: BSON has no lone surrogates, and may have no NUL. */
export interface PolicyDocument extends Written {
  readonly seq: number;
  readonly uid: string;
  /** The policy; absent where `template` is it, so that templates are read with what is asked of all. */
  readonly text?: string;
  readonly template?: string;
  readonly keys: readonly string[];
}

export interface LinkDocument extends Written {
  /** Of its template. */
  readonly seq: number;
  /** The uid of its template. */
  readonly template: string;
  readonly text: string;
  readonly key: string;
}

export interface ShapeDocument extends Written {
  readonly shape: string;
}

export interface ChangeDocument extends Written {
  /** Its place among those of its revision. */
  readonly place: number;
  readonly change: string;
}

/** A revision. The one with the greatest number is the head; those before it stay. */
export interface CommitDocument {
  /** The number as text: that no two have the same is what makes a revision. */
  readonly _id: string;
  readonly n: number;
  /** The attempt that made it. */
  readonly by: string;
  readonly shapesVersion: string;
  readonly nextSeq: number;
  readonly keyer: string;
  readonly completeAfter: number;
  /** How many changes there were until it, forgotten ones too. */
  readonly total: number;
  /** The last revision until it that took anything away. */
  readonly removedAt: number;
  /** Whether all shapes before it are taken away. */
  readonly forgetsShapes: boolean;
  /** Whether the changes until `completeAfter` are. */
  readonly forgetsChanges: boolean;
  /** Whether what it takes away may still be there. */
  readonly pending: boolean;
}

/** A part of what a revision takes away; all of it is older than the revision. */
export interface Removal {
  /** Sequence numbers of policies that go, with their links. */
  readonly dead: readonly number[];
  /** Sequence numbers of policies of which another version was written. */
  readonly replaced: readonly number[];
  readonly links: readonly { readonly template: string; readonly texts: readonly string[] }[];
}

/**
 * An attempt at a revision, noted before it writes anything else, with a part of what it takes away; with `by` another such
 * part.
 */
export interface LogDocument extends Partial<Removal> {
  readonly _id: unknown;
  readonly at: number;
  readonly by?: string;
}

/** The attempt that something in the log is of. */
export function attemptOf({ _id, by = String(_id) }: LogDocument): string {
  return by;
}
