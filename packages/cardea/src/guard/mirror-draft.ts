import type { PolicyLink } from '../model/link.ts';
import type { EngineChange } from '../ports/engine.ts';
import type { PolicyChange } from '../ports/storage.ts';
import { keyOfUid } from './engine-uid.ts';
import { keepNote, type MirrorNote, type MirrorNotes, type MirrorOptions, readForMirror } from './mirror-notes.ts';
import { type KnownTemplate, readStoredLink } from './stored-link.ts';

/** Changes of a storage read one after the other, before anything is touched. */
export class MirrorDraft {
  readonly edits: EngineChange[] = [];
  readonly #notes: MirrorNotes;
  readonly #options: MirrorOptions;
  readonly #news: MirrorNote[] = [];
  readonly #templates = new Map<string, KnownTemplate | undefined>();

  constructor(notes: MirrorNotes, options: MirrorOptions) {
    this.#notes = notes;
    this.#options = options;
  }

  /**
   * Reads the next change.
   *
   * @returns false where what it does is not known from here: all must be loaded anew
   */
  add(change: PolicyChange): boolean {
    switch (change.type) {
      case 'add':
      case 'update':
        return this.#put(change.policy.uid, change.policy, change.type === 'update');
      case 'delete':
        return this.#remove(change.uid);
      case 'link':
      case 'unlink':
        return this.#link(change.type, change.link);
    }
  }

  /** Keeps what there is to note, once the edits are made. */
  settle(): void {
    for (const note of this.#news) keepNote(note, this.#notes, this.#options.logger);
  }

  #put(uid: unknown, stored: unknown, replaces: boolean): boolean {
    if (!this.#isOfOne(uid)) return false;
    const key = keyOfUid(uid);
    const { policy, note } = readForMirror(uid, key, stored, this.#options);
    const before = this.#templateOf(key);
    // The links that are stored may fit now, or not any more.
    const keepsLinks = sameSlots(before?.slots, note.known?.slots);
    if (!keepsLinks && (replaces || before !== undefined)) return false;
    this.edits.push({ type: 'put', policy });
    this.#note(note);
    return true;
  }

  #remove(uid: unknown): boolean {
    if (!this.#isOfOne(uid)) return false;
    const key = keyOfUid(uid);
    this.edits.push({ type: 'remove', uid: key });
    this.#note({ uid, key, known: undefined, description: undefined, issues: [] });
    return true;
  }

  #link(type: 'link' | 'unlink', link: PolicyLink): boolean {
    const read = readStoredLink(link, (key) => this.#templateOf(key));
    if (read.kind === 'link') this.edits.push({ type, template: read.template, values: read.values });
    return read.kind === 'link' || read.kind === 'idle';
  }

  /** Whether a uid tells which policy it is, and nothing stands for links of it. */
  #isOfOne(uid: unknown): uid is string {
    return typeof uid === 'string' && !this.#notes.misfits.has(keyOfUid(uid));
  }

  #templateOf(key: string): KnownTemplate | undefined {
    return this.#templates.has(key) ? this.#templates.get(key) : this.#notes.templates.get(key);
  }

  #note(note: MirrorNote): void {
    this.#templates.set(note.key, note.known);
    this.#news.push(note);
  }
}

function sameSlots(left: readonly string[] | undefined, right: readonly string[] | undefined): boolean {
  return left?.length === right?.length && (left ?? []).every((slot, at) => slot === right?.[at]);
}
