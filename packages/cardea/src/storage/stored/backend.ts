import type { Revision } from '../../model/decision.ts';

/** The state that writers and readers of a storage share. */
export interface Head {
  /** 0 for an empty storage. */
  readonly revision: Revision;
  /** Another with every batch that has new shapes: a short ASCII text, empty at first. */
  readonly shapesVersion: string;
  /** The sequence number of the next policy; 1 at first. */
  readonly nextSeq: number;
  /** What is noted of how the keys were made: a text, empty at first. */
  readonly keyer: string;
  /** All changes after this revision are known. */
  readonly completeAfter: Revision;
}

/** A policy as it is stored. */
export interface StoredPolicy {
  readonly uid: string;
  /** Its place in the order of the storage; never given to another policy. */
  readonly seq: number;
  /** JSON, and to be given back character by character: as text, never as a type that reorders members. */
  readonly document: string;
}

/** A policy to be written, together with its keys, which replace those that it had. */
export interface PolicyRow extends StoredPolicy {
  /** Whether there is none of this sequence number yet. */
  readonly isNew: boolean;
  /** Whether it has slots. */
  readonly isTemplate: boolean;
  /** 16 hexadecimal digits each, no two alike, maybe none. */
  readonly keys: readonly string[];
}

/** A link as it is stored. */
export interface StoredLink {
  /** The uid of its template. */
  readonly template: string;
  /** Its values as canonical JSON, the same for all equal links: with the template it tells which link it is. */
  readonly text: string;
}

/** A link to be written. */
export interface LinkRow extends StoredLink {
  /** The sequence number of its template. */
  readonly seq: number;
  /** Whether there is none of this template and text yet; otherwise only its key is another. */
  readonly isNew: boolean;
  readonly key: string;
}

/** What one revision does, all of it or nothing. */
export interface Batch {
  /** The revision that the storage must be at. */
  readonly base: Revision;
  /** The head afterwards, at revision `base + 1`. */
  readonly head: Omit<Head, 'completeAfter'>;
  /** First: policies taken away, with their keys and, where they are templates, their links. */
  readonly deletes: readonly Pick<StoredPolicy, 'uid' | 'seq'>[];
  /** Then links taken away. */
  readonly unlinks: readonly StoredLink[];
  /** Then policies, in the order of their sequence numbers. */
  readonly puts: readonly PolicyRow[];
  /** Then links. */
  readonly links: readonly LinkRow[];
  /** Whether all shapes that there were are taken away first. */
  readonly forgetsShapes: boolean;
  /** Shapes that the storage does not have by then. */
  readonly shapes: readonly string[];
  /** What happened, in order: a JSON text each, none where only keys were written again. */
  readonly changes: readonly string[];
  /**
   * Where given, 1 at least: where so many changes are there, those of the revisions before that of the oldest of them are
   * forgotten, and `completeAfter` is the last of these revisions.
   */
  readonly keepChanges?: number;
}

/** What a writer asks before it writes. */
export interface Wanted {
  readonly uids: readonly string[];
  /** Uids of which links are to be counted. */
  readonly counted: readonly string[];
  readonly links: readonly StoredLink[];
}

/** What a writer needs to know of a policy. */
export interface KnownPolicy extends Pick<StoredPolicy, 'uid' | 'seq'> {
  /** Of templates only. */
  readonly document?: string;
}

/** The answers to {@link Wanted}, all of one revision. */
export interface Facts {
  readonly head: Head;
  /** Those of the wanted uids that are stored. */
  readonly policies: readonly KnownPolicy[];
  /** How many links there are of each counted uid; absent where none. */
  readonly counts: ReadonlyMap<string, number>;
  /** Those of the wanted links that are stored. */
  readonly links: readonly StoredLink[];
}

/** Which links are read. */
export interface LinkPageOptions {
  /** The uid of a template; of all when absent. */
  readonly template?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A page of links, in any order that stays: a link that is there all the while is on exactly one page. */
export interface LinkPage {
  readonly links: readonly StoredLink[];
  /** Absent where this is the last page. */
  readonly next?: string;
}

/** What an inquiry finds, all of one revision. */
export interface Found {
  readonly head: Head;
  /** In any order. */
  readonly policies: readonly StoredPolicy[];
  readonly links: readonly StoredLink[];
}

/** The size that something stored may have, in bytes of UTF-8; absent where there is none. */
export interface BackendLimits {
  /** Of a uid as a JSON text. */
  readonly uid?: number;
  /** Of the text of a link. */
  readonly link?: number;
  readonly document?: number;
}

/** What is asked and done while a change is made. */
export interface BackendWriter {
  facts(wanted: Wanted): Promise<Facts>;
  shapes(): Promise<{ readonly head: Head; readonly shapes: readonly string[] }>;
  /** Policies after a sequence number, in the order of these. */
  page(after: number, limit: number): Promise<readonly StoredPolicy[]>;
  links(options: LinkPageOptions): Promise<LinkPage>;
  /**
   * Writes a batch if the storage is at its base, and nothing otherwise.
   *
   * @returns false where the storage is at another revision, or may be: the writer looks again
   */
  commit(batch: Batch): Promise<boolean>;
}

/**
 * What a database has to do to be a storage. Everything that it gets was checked: what a policy is, which links fit, who
 * may have which uid is no matter of its.
 *
 * Uids and the texts of links are any strings, of any characters: compare them byte by byte. Where a database cannot store
 * some of them, `JSON.stringify(uid)` has no NUL, no lone surrogate and no space at its end.
 */
export interface Backend extends BackendWriter {
  readonly limits: BackendLimits;
  /**
   * Creates or migrates what it needs. Called before everything else, and again where it failed.
   *
   * @throws CARDEA_UNSUPPORTED when the database is of a later version than this one knows
   */
  prepare(): Promise<void>;
  head(): Promise<Head>;
  /**
   * Lets `work` run alone among all writers where the database can: what it commits is then never lost to others. Where it
   * cannot, `work` runs as it is. When this resolves, everything that was committed is there to stay; where `work`
   * rejects, nothing is. `work` uses the writer that it is given, and nothing else. It may be run again from its beginning
   * where the database broke off for the sake of others: a deadlock, or a lock that was not had in time.
   */
  exclusively<T>(work: (writer: BackendWriter) => Promise<T>): Promise<T>;
  get(uid: string): Promise<StoredPolicy | undefined>;
  /** In the order of sequence numbers. */
  slice(offset: number, limit: number): Promise<readonly StoredPolicy[]>;
  /** The changes after a revision, in order, and the head of that moment. */
  changes(after: Revision): Promise<{
    readonly head: Head;
    readonly changes: readonly { readonly revision: Revision; readonly change: string }[];
  }>;
  /**
   * By one indexed query: the policies that have one of the keys, the links that have one, the templates of these links,
   * and for each template without a link among these one of its links, whichever, because a template that has none has
   * no part in any decision. `everything` asks for all policies and links.
   */
  candidates(keys: readonly string[] | 'everything'): Promise<Found>;
  /**
   * Calls the listener when others changed the storage, where the database can tell. It may miss some and repeat others.
   *
   * @param failed called once when no more notifications will come
   * @returns how to stop
   */
  listen?(
    listener: (revision: Revision) => void,
    failed: (error: unknown) => void,
  ): Promise<() => void | Promise<void>>;
}
