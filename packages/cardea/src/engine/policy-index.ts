import type { Category } from '../ast/condition.ts';
import type { FunctionTable } from '../ast/functions.ts';
import type { Json } from '../ast/json.ts';
import { CardeaError } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { EngineChange, EngineStats, PolicyEngine } from '../ports/engine.ts';
import { Findings } from './findings.ts';
import { Histogram } from './histogram.ts';
import { readSnapshot, refusing, writeSnapshot } from './index-snapshot.ts';
import { ARRAY_TABLES, type IndexOptions, IndexTables, type IndexState } from './index-tables.ts';
import { IndexWriter, type ReadPolicy, readPolicy } from './index-writer.ts';
import { onHeap } from './memory.ts';
import { openInquiry } from './open-inquiry.ts';
import { MAX_SAMPLE } from './sample.ts';
import { SealedMemory } from './sealed-memory.ts';
import { Search } from './search.ts';
import { ERROR, UNKNOWN } from './truth-code.ts';

/** What an index consists of at the moment. */
export interface IndexStats extends EngineStats {
  readonly slots: number;
  readonly keys: number;
  readonly postings: number;
  /** Distinct constants and other texts. */
  readonly texts: number;
}

/** What {@link PolicyIndex.share} gives and {@link PolicyIndex.attach} takes. */
export type SharedIndex = IndexState;

/** Sequences above it are given out anew. */
const LAST_SEQUENCE = 0xf000_0000;

/** As many candidates are read ahead: an answer may be found before the others are needed. */
const AT_ONCE = 16;

/**
 * Finds the policies that have a part in the decision of an inquiry, in time that follows these and not all
 * policies. Adding, replacing and removing a policy touch nothing but its own keys. No object is kept for a policy.
 *
 * INVARIANT indexed-equals-reference: deciding over what `find` finds is deciding over all policies.
 *
 * @example
 * ```ts
 * const index = new PolicyIndex(functionTable());
 * index.load(policies);
 * index.stats().residual; // policies that every inquiry is held against
 * ```
 */
export class PolicyIndex implements PolicyEngine {
  readonly #makeTables: (state?: IndexState) => IndexTables;
  #tables: IndexTables;
  #findings: Findings;
  readonly #histogram = new Histogram();
  readonly #searches: Search[] = [];
  #depth = 0;
  // Which policies the present search has met: those with its number.
  #seen = new Int32Array(64);
  #search = 0;
  #isWriting = false;
  /** Keeps reading ahead from being optimized away. */
  #ahead = 0;
  /** Counts the changes. */
  #version = 0;
  /** The memory, where it is somebody's own. */
  readonly #memory: SealedMemory | undefined;
  /** Whether the memory is another one's. */
  readonly #isAttached: boolean;
  /** What made it impossible to go on. */
  #failure: unknown;

  /** @param state that of another index, over whose arrays this one is made: where it is trusted they are only read */
  constructor(functions: FunctionTable, options: IndexOptions = {}, state?: IndexState) {
    this.#memory = memoryOf(options);
    const own = this.#memory === undefined ? options : { ...options, allocate: this.#memory.allocate };
    this.#makeTables = (from) => new IndexTables(functions, own, from);
    this.#tables = state === undefined ? this.#makeTables() : refusing(() => this.#makeTables(state));
    this.#findings = this.#findingsOf(this.#tables);
    this.#isAttached = options.isTrusted === true;
  }

  /**
   * The index of a snapshot: nothing is parsed, lowered or filed anew.
   *
   * @param functions those that the conditions may call, as for the index that was written
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` when it is damaged, foreign or of a version that is not read
   *
   * @example
   * ```ts
   * const { index, meta } = PolicyIndex.fromSnapshot(await readFile('policies.cardea'), functionTable());
   * ```
   */
  static fromSnapshot(
    bytes: Uint8Array,
    functions: FunctionTable,
    options: IndexOptions = {},
  ): { readonly index: PolicyIndex; readonly meta: Json } {
    const { state, meta } = readSnapshot(bytes, options.allocate ?? onHeap);
    return { index: new PolicyIndex(functions, options, state), meta };
  }

  /**
   * An index over the memory of another one, for reading, as in a worker thread: that of the moment at which it was
   * shared, whatever becomes of the other one. For what that is later, it is shared and attached anew.
   *
   * @param shared what `share` of the other one gave, which nobody else may have made: it is not looked through
   *
   * @example
   * ```ts
   * parentPort.on('message', (shared) => {
   *   const index = PolicyIndex.attach(shared, functionTable());
   *   index.allows({ subject: 'max', action: 'get', resource: 'book' }, 'error');
   * });
   * ```
   */
  static attach(shared: SharedIndex, functions: FunctionTable, options: Pick<IndexOptions, 'fold'> = {}): PolicyIndex {
    return new PolicyIndex(functions, { ...options, isTrusted: true }, shared);
  }

  get size(): number {
    this.#requireUsable();
    return this.#tables.size;
  }

  /**
   * Adds policies in the order of the storage, or none where one of them throws; the first of them tell how to
   * file all. They are read once, and none is held on to.
   */
  load(policies: Iterable<LoweredPolicy>): void {
    this.#write((writer) => {
      let sample: ReadPolicy[] | undefined = [];
      for (const policy of policies) {
        const read = readPolicy(policy);
        if (sample === undefined) {
          writer.put(read);
          continue;
        }
        sample.push(read);
        if (sample.length < MAX_SAMPLE) continue;
        this.#tables.cabinet.learn(sample.map(({ requirements }) => requirements));
        for (const one of sample) writer.put(one);
        sample = undefined;
      }
      if (sample === undefined) return;
      const { length } = sample;
      this.#tables.cabinet.learn(
        sample.map(({ requirements }) => requirements),
        this.size + length,
      );
      for (const one of sample) writer.put(one);
    });
  }

  apply(changes: Iterable<EngineChange>): void {
    this.#write((writer) => writer.makeAll(changes));
  }

  /** Adds a policy at the end, or replaces the one of its uid where that stands. */
  put(policy: LoweredPolicy): void {
    this.apply([{ type: 'put', policy }]);
  }

  /** Takes a policy away; does nothing where there is none. */
  remove(uid: string): void {
    this.apply([{ type: 'remove', uid }]);
  }

  find(inquiry: Inquiry): readonly Finding[] {
    return this.#findBy(inquiry, (search) => {
      this.#collect(search);
      return this.#findings.of(search);
    });
  }

  findOpen(inquiry: Inquiry, open: Category): readonly Finding[] {
    return this.#findBy(openInquiry(inquiry, open), (search) => {
      // Keys lead from what is known: what nobody knows yet has any.
      const { addresses } = this.#tables;
      for (let number = 0; number < addresses.length; number++) if (addresses.get(number) !== 0) search.push(number);
      return this.#findings.ofOpen(search);
    });
  }

  #findBy(inquiry: Inquiry, findingsOf: (search: Search) => readonly Finding[]): readonly Finding[] {
    const search = this.#begin(inquiry);
    try {
      return findingsOf(search);
    } finally {
      this.#end(search);
    }
  }

  allows(inquiry: Inquiry, unclear: 'error' | 'error-or-unknown'): boolean {
    const search = this.#begin(inquiry);
    search.visited = 0;
    search.allowed = false;
    search.denied = false;
    search.least = unclear === 'error' ? ERROR : UNKNOWN;
    try {
      this.#visitAll(search, (search.ask ??= this.#asking(search)));
      return search.allowed && !search.denied;
    } finally {
      this.#histogram.add(search.visited);
      this.#end(search);
    }
  }

  // Made once for each search and not for each decision, so that the calls of it can be inlined.
  #asking(search: Search): (number: number) => boolean {
    const { addresses } = this.#tables;
    return (number) => {
      const address = addresses.get(number);
      search.visited += 1;
      // Once one allows, only those that deny matter.
      if (address === 0 || (search.allowed && address > 0)) return false;
      const truth = this.#findings.truthOf(number, address, search);
      return search.learn(address, truth);
    };
  }

  /**
   * The policies and all that was made of them as one buffer, for `fromSnapshot`.
   *
   * @param meta given back with it, such as the revision of the policies
   */
  toSnapshot(meta: Json = null): Uint8Array<ArrayBuffer> {
    this.#requireUsable();
    return writeSnapshot(this.#tables.state(), meta);
  }

  /**
   * What another thread needs to {@link PolicyIndex.attach}: a value that can be posted. The first time all memory is
   * copied into that which is shared, and never again. It does not change any more: what a later change touches of it is
   * copied first, some pages of 64 to 128 kB.
   *
   * INVARIANT shared-stays: whoever attached decides over the policies of the moment of `share`, all of them and no other.
   *
   * @throws {@link CardeaError} `CARDEA_INVALID_ARGUMENT` where the memory is not shared: make the index with an
   * `share` or an `allocate` that makes `SharedArrayBuffer`s
   */
  share(): SharedIndex {
    this.#requireUsable();
    if (this.#memory?.isSharable !== true)
      throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'the memory of the index is not shared');
    if (this.#memory.isOwn) this.#moveInto(this.#memory);
    const state = this.#tables.state('finding');
    this.#memory.seal(ARRAY_TABLES.flatMap((table) => state.arrays[table]));
    return state;
  }

  #moveInto(memory: SealedMemory): void {
    const { json, arrays } = this.#tables.state();
    const copies: Record<keyof typeof arrays, readonly Int32Array[]> = { ...arrays };
    for (const name of ARRAY_TABLES) copies[name] = arrays[name].map((words) => memory.copied(words));
    this.#tables = this.#makeTables({ json, arrays: copies });
    this.#findings = this.#findingsOf(this.#tables);
    this.#searches.length = 0;
  }

  #findingsOf(tables: IndexTables): Findings {
    return new Findings(tables, () => this.#version);
  }

  get(uid: string): LoweredPolicy | undefined {
    this.#requireUsable();
    const { uids, records } = this.#tables;
    const number = uids.find(uid);
    return number < 0 ? undefined : records.policyOf(this.#tables.recordOf(number));
  }

  /** All policies and templates, in the order of the storage: to be read before the next change. */
  *policies(): Iterable<LoweredPolicy> {
    this.#requireUsable();
    const version = this.#version;
    for (const number of this.#tables.inOrder()) {
      if (this.#version !== version)
        throw new CardeaError('CARDEA_CONFLICT', 'the policies changed while they were read');
      yield this.#tables.records.policyOf(this.#tables.recordOf(number));
    }
  }

  /** The policies that `find` looks at, in no order: a superset of what it finds. */
  candidates(inquiry: Inquiry): readonly LoweredPolicy[] {
    const search = this.#begin(inquiry);
    try {
      this.#collect(search);
      return Array.from(search.numbers.subarray(0, search.count), (number) =>
        this.#tables.records.policyOf(this.#tables.recordOf(number)),
      );
    } finally {
      this.#end(search);
    }
  }

  stats(): IndexStats {
    this.#requireUsable();
    const { size, templates, links, cabinet, slots, keys, texts, bytes } = this.#tables;
    return {
      policies: size,
      templates,
      links: links.size,
      residual: cabinet.residual,
      shapes: cabinet.shapes,
      slots: slots.size,
      keys: keys.keys,
      postings: keys.size,
      texts: texts.size,
      bytes: bytes + this.#seen.byteLength,
      candidates: this.#histogram.counts,
    };
  }

  #begin(inquiry: Inquiry): Search {
    this.#requireUsable();
    if (this.#isWriting) throw new CardeaError('CARDEA_CONFLICT', 'the policies are being changed');
    const { operands, vocabulary, keys } = this.#tables;
    const search = this.#searches[this.#depth] ?? new Search(operands, vocabulary, keys);
    this.#searches[this.#depth] = search;
    this.#depth += 1;
    search.begin(inquiry);
    return search;
  }

  #end(search: Search): void {
    search.end();
    this.#depth -= 1;
  }

  /** Each policy that the search meets, once. */
  #collect(search: Search): void {
    if (this.#seen.length < this.#tables.addresses.length) this.#growSeen();
    const present = this.#search === 0x7fffffff ? this.#restartSearches() : this.#search + 1;
    this.#search = present;
    const seen = this.#seen;
    const { addresses } = this.#tables;
    this.#visitAll(search, (number) => {
      if (seen[number] === present || addresses.get(number) === 0) return false;
      seen[number] = present;
      search.push(number);
      return false;
    });
    this.#histogram.add(search.count);
  }

  /** Calls `visit` for every policy that the inquiry could concern, some of them more than once, until it is true. */
  #visitAll({ reading, tokens, keys }: Search, visit: (number: number) => boolean): void {
    const { slots, cabinet, addresses, links, keys: table } = this.#tables;
    for (const { template } of links.keyless) if (visit(template)) return;
    if (table.size === 0) return;
    slots.read(reading, tokens);
    if (!cabinet.find(tokens, keys)) {
      for (let number = 0; number < addresses.length; number++) if (visit(number)) return;
      return;
    }
    const { numbers, count } = keys.candidates;
    for (let from = 0; from < count; from += AT_ONCE) {
      const end = Math.min(count, from + AT_ONCE);
      if (end - from > 1) this.#readAhead(numbers, from, end);
      for (let at = from; at < end; at++) if (visit(numbers[at] as number)) return;
    }
  }

  // What the next visits would wait for in memory one by one.
  #readAhead(numbers: Int32Array, from: number, end: number): void {
    const { addresses, records } = this.#tables;
    let ahead = this.#ahead;
    for (let at = from; at < end; at++) ahead ^= addresses.get(numbers[at] as number);
    for (let at = from; at < end; at++) {
      const address = addresses.get(numbers[at] as number);
      if (address !== 0) ahead ^= records.flagsOf(Math.abs(address));
    }
    this.#ahead = ahead;
  }

  #write(work: (writer: IndexWriter) => void): void {
    this.#requireUsable();
    if (this.#isWriting || this.#depth > 0) throw new CardeaError('CARDEA_CONFLICT', 'the policies are in use');
    if (this.#isAttached) {
      throw new CardeaError('CARDEA_INVALID_ARGUMENT', 'an attached index is for reading: change the one it reads');
    }
    const writer = new IndexWriter(this.#tables);
    this.#isWriting = true;
    this.#version += 1;
    try {
      if (this.#tables.nextSequence > LAST_SEQUENCE) this.#tables.renumber();
      this.#run(writer, work);
    } finally {
      this.#isWriting = false;
    }
  }

  #run(writer: IndexWriter, work: (writer: IndexWriter) => void): void {
    let failure: unknown;
    let failed = true;
    try {
      work(writer);
      failed = false;
    } catch (error) {
      failure = error;
    }
    try {
      if (!failed) writer.commit();
      else if (!writer.isBroken) writer.undo();
    } catch (error) {
      this.#failure = error ?? failure;
      throw error;
    }
    if (writer.isBroken) this.#failure = failure;
    if (failed) throw failure;
  }

  // INVARIANT: an index of which nobody knows what it holds answers nothing.
  #requireUsable(): void {
    if (this.#failure === undefined) return;
    throw new CardeaError('CARDEA_CONFLICT', 'a change of the policies failed half way: load them anew', {
      cause: this.#failure,
    });
  }

  #growSeen(): void {
    const grown = new Int32Array(Math.max(this.#tables.addresses.length, this.#seen.length * 2));
    grown.set(this.#seen);
    this.#seen = grown;
  }

  #restartSearches(): number {
    this.#seen.fill(0);
    return 1;
  }
}

function memoryOf({ allocate = onHeap, share = allocate }: IndexOptions): SealedMemory | undefined {
  return share === onHeap ? undefined : new SealedMemory(allocate, share);
}
