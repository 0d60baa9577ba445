import type { FunctionTable } from '../ast/functions.ts';
import { CardeaError } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { EngineChange, PolicyEngine } from '../ports/engine.ts';
import { Findings } from './findings.ts';
import { Histogram } from './histogram.ts';
import { type IndexOptions, IndexTables } from './index-tables.ts';
import { IndexWriter, type ReadPolicy, readPolicy } from './index-writer.ts';
import { MAX_SAMPLE } from './sample.ts';
import { Search } from './search.ts';
import { ERROR, TRUE, UNKNOWN } from './truth-code.ts';

/** What an index consists of at the moment. */
export interface IndexStats {
  /** Templates included, links not. */
  readonly policies: number;
  readonly templates: number;
  readonly links: number;
  /** Policies that every inquiry must be held against, because nothing of their conditions can be looked up. */
  readonly residual: number;
  /** The sets of slots that policies are filed under together, by name. */
  readonly shapes: readonly (readonly string[])[];
  readonly slots: number;
  readonly keys: number;
  readonly postings: number;
  /** Distinct constants and other texts. */
  readonly texts: number;
  /** Of all tables, their free room included. */
  readonly bytes: number;
  /** How many decisions looked at so many policies: at none, at 1, at 2 to 3, at 4 to 7 and so on. */
  readonly candidates: readonly number[];
}

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
  readonly #tables: IndexTables;
  readonly #findings: Findings;
  readonly #histogram = new Histogram();
  readonly #searches: Search[] = [];
  #depth = 0;
  // Which policies the present search has met: those with its number.
  #seen = new Int32Array(64);
  #search = 0;
  /** Changes with every change of the policies. */
  #version = 0;
  #isWriting = false;
  /** What made it impossible to go on. */
  #failure: unknown;

  constructor(functions: FunctionTable, options: IndexOptions = {}) {
    this.#tables = new IndexTables(functions, options);
    this.#findings = new Findings(this.#tables, () => this.#version);
  }

  get size(): number {
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
    this.#write((writer) => {
      for (const change of changes) writer.make(change);
    });
  }

  /** Adds a policy at the end, or replaces the one of its uid where that stands. */
  put(policy: LoweredPolicy): void {
    this.#write((writer) => writer.make({ type: 'put', policy }));
  }

  /** Takes a policy away; does nothing where there is none. */
  remove(uid: string): void {
    this.#write((writer) => writer.make({ type: 'remove', uid }));
  }

  find(inquiry: Inquiry): readonly Finding[] {
    const search = this.#begin(inquiry);
    try {
      this.#collect(search);
      return this.#findings.of(search);
    } finally {
      this.#end(search);
    }
  }

  allows(inquiry: Inquiry, unclear: 'error' | 'error-or-unknown'): boolean {
    const search = this.#begin(inquiry);
    const least = unclear === 'error' ? ERROR : UNKNOWN;
    let visited = 0;
    let allowed = false;
    let denied = false;
    const visit = (number: number): boolean => {
      const address = this.#tables.addresses.get(number);
      visited += 1;
      // Once one allows, only those that deny matter.
      if (address === 0 || (allowed && address > 0)) return false;
      const truth = this.#findings.truthOf(number, search);
      if (address > 0) allowed ||= truth === TRUE;
      else denied ||= truth === TRUE || truth >= least;
      return denied;
    };
    try {
      this.#visitAll(search, visit);
      return allowed && !denied;
    } finally {
      this.#histogram.add(visited);
      this.#end(search);
    }
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
    const { operands, vocabulary } = this.#tables;
    const search = this.#searches[this.#depth] ?? new Search(operands, vocabulary);
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
  #visitAll({ reading, tokens }: Search, visit: (number: number) => boolean): void {
    const { slots, cabinet, addresses } = this.#tables;
    slots.read(reading, tokens);
    if (cabinet.find(tokens, visit)) return;
    for (let number = 0; number < addresses.length; number++) if (visit(number)) return;
  }

  #write(work: (writer: IndexWriter) => void): void {
    this.#requireUsable();
    if (this.#isWriting || this.#depth > 0) throw new CardeaError('CARDEA_CONFLICT', 'the policies are in use');
    const writer = new IndexWriter(this.#tables);
    this.#isWriting = true;
    this.#version += 1;
    try {
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
