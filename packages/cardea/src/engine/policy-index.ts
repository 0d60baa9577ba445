import type { FunctionTable } from '../ast/functions.ts';
import type { Truth } from '../ast/truth.ts';
import type { Finding } from '../model/finding.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { EngineChange, PolicyEngine } from '../ports/engine.ts';
import { Programs } from './bytecode.ts';
import { Dictionary } from './dictionary.ts';
import { FilingCabinet } from './filing.ts';
import { IntColumn } from './int-column.ts';
import { KeyTable } from './key-table.ts';
import { necessaryOf } from './necessary.ts';
import { Operands, Reading } from './operands.ts';
import type { Requirements } from './requirement.ts';
import { MAX_SAMPLE } from './sample.ts';
import { SlotTable, TokenBuffer } from './slot-table.ts';
import { Vocabulary } from './vocabulary.ts';

/** What an index consists of at the moment. */
export interface IndexStats {
  readonly policies: number;
  /** Policies that every inquiry must be held against, because nothing of their conditions can be looked up. */
  readonly residual: number;
  /** The sets of slots that policies are filed under together, by name. */
  readonly shapes: readonly (readonly string[])[];
  readonly slots: number;
  readonly keys: number;
  readonly postings: number;
  /** Of the tables; the policies themselves are not counted. */
  readonly bytes: number;
}

/** What the index keeps of one policy. */
interface Row {
  readonly policy: LoweredPolicy;
  /** The place in the order of the storage. */
  readonly sequence: number;
  /** What `remove` of the cabinet needs. */
  readonly filing: Int32Array;
}

/**
 * Finds the policies that have a part in the decision of an inquiry, in time that follows these and not all
 * policies. Adding, replacing and removing a policy touch nothing but its own keys.
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
  readonly #operands: Operands;
  readonly #vocabulary: Vocabulary;
  readonly #programs: Programs;
  readonly #tokens: Dictionary;
  readonly #table: KeyTable;
  readonly #slots: SlotTable;
  readonly #cabinet: FilingCabinet;
  readonly #buffer = new TokenBuffer();
  readonly #numbers = new Map<string, number>();
  readonly #rows: (Row | undefined)[] = [];
  // Of the programs, so that a candidate that is none costs nothing but its words.
  readonly #addresses = new IntColumn();
  readonly #free: number[] = [];
  #nextSequence = 0;
  // Which policies the present search has met: those with its number.
  #seen = new Int32Array(64);
  #search = 0;

  /** @param options.fold makes fingerprints collide, for tests */
  constructor(functions: FunctionTable, options: { readonly fold?: (hash: number) => number } = {}) {
    this.#operands = new Operands(functions);
    this.#tokens = new Dictionary(options);
    this.#vocabulary = new Vocabulary(this.#tokens);
    this.#programs = new Programs(this.#operands, functions, this.#vocabulary);
    this.#table = new KeyTable(options);
    this.#slots = new SlotTable(this.#operands, this.#tokens);
    this.#cabinet = new FilingCabinet(this.#slots, this.#table);
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** Adds policies in the order of the storage; a sample of all tells how to file each. */
  load(policies: Iterable<LoweredPolicy>): void {
    const all = [...policies];
    const step = Math.max(1, Math.floor(all.length / MAX_SAMPLE));
    const sample = all.filter((_, at) => at % step === 0);
    this.#cabinet.learn(sample.map(necessaryOf), this.size + all.length);
    for (const policy of all) this.#file(policy, necessaryOf(policy));
  }

  apply(changes: Iterable<EngineChange>): void {
    for (const change of changes) {
      if (change.type === 'put') this.put(change.policy);
      else if (change.type === 'remove') this.remove(change.uid);
      else throw new Error('links are not implemented');
    }
  }

  /** Adds a policy at the end, or replaces the one of its uid where that stands. */
  put(policy: LoweredPolicy): void {
    // Whatever is wrong with a policy shows here, before anything is touched.
    const requirements = necessaryOf(policy);
    this.#file(policy, requirements);
  }

  /** Takes a policy away; does nothing where there is none. */
  remove(uid: string): void {
    const number = this.#numbers.get(uid);
    if (number === undefined) return;
    this.#unfile(number);
    this.#numbers.delete(uid);
    this.#rows[number] = undefined;
    this.#free.push(number);
  }

  find(inquiry: Inquiry): readonly Finding[] {
    const reading = this.#read(inquiry);
    const found: { readonly row: Row; readonly truth: Truth }[] = [];
    for (const number of this.#find(reading)) {
      const truth = this.#programs.run(this.#addresses.get(number), reading);
      if (truth === 'false') continue;
      const row = this.#rows[number] as Row;
      if (truth !== 'unknown' || row.policy.effect === 'deny') found.push({ row, truth });
    }
    found.sort((a, b) => a.row.sequence - b.row.sequence);
    return found.map(({ row: { policy }, truth }) => ({
      uid: policy.uid,
      effect: policy.effect,
      priority: policy.priority,
      obligations: policy.obligations,
      truth,
      condition: () => policy.condition,
    }));
  }

  allows(inquiry: Inquiry, unclear: 'error' | 'error-or-unknown'): boolean {
    const found = this.find(inquiry);
    const denies = found.filter(({ effect }) => effect === 'deny');
    if (denies.some(({ truth }) => truth !== 'unknown' || unclear === 'error-or-unknown')) return false;
    return found.some(({ effect, truth }) => effect === 'allow' && truth === 'true');
  }

  *policies(): Iterable<LoweredPolicy> {
    const rows = this.#rows.filter((row) => row !== undefined);
    for (const { policy } of rows.sort((a, b) => a.sequence - b.sequence)) yield policy;
  }

  /** The policies that `find` looks at, in no order: a superset of what it finds. */
  candidates(inquiry: Inquiry): readonly LoweredPolicy[] {
    return this.#find(this.#read(inquiry)).map((number) => (this.#rows[number] as Row).policy);
  }

  stats(): IndexStats {
    return {
      policies: this.size,
      residual: this.#cabinet.residual,
      shapes: this.#cabinet.shapes,
      slots: this.#slots.size,
      keys: this.#table.keys,
      postings: this.#table.size,
      bytes: this.#tokens.bytes + this.#table.bytes + this.#programs.bytes,
    };
  }

  #read(inquiry: Inquiry): Reading {
    return new Reading(inquiry, this.#operands, this.#vocabulary);
  }

  #find(reading: Reading): readonly number[] {
    this.#slots.read(reading, this.#buffer);
    this.#search = this.#search === 0x7fffffff ? this.#restartSearches() : this.#search + 1;
    const numbers: number[] = [];
    const complete = this.#cabinet.find(this.#buffer, (number) => {
      if (this.#seen[number] === this.#search) return;
      this.#seen[number] = this.#search;
      numbers.push(number);
    });
    return complete ? numbers : [...this.#numbers.values()];
  }

  #file(policy: LoweredPolicy, requirements: Requirements): void {
    const known = this.#numbers.get(policy.uid);
    const sequence = known === undefined ? this.#nextSequence++ : (this.#rows[known] as Row).sequence;
    if (known !== undefined) this.#unfile(known);
    const number = known ?? this.#free.pop() ?? this.#rows.length;
    const filing = Int32Array.from(this.#cabinet.add(number, requirements));
    this.#rows[number] = { policy, sequence, filing };
    this.#addresses.set(number, this.#programs.add(policy.condition));
    this.#numbers.set(policy.uid, number);
    if (this.#seen.length < this.#rows.length) this.#growSeen();
  }

  #unfile(number: number): void {
    const { filing } = this.#rows[number] as Row;
    this.#cabinet.remove(number, filing, 0, filing.length);
    this.#programs.remove(this.#addresses.get(number));
  }

  #growSeen(): void {
    const grown = new Int32Array(this.#seen.length * 2);
    grown.set(this.#seen);
    this.#seen = grown;
  }

  #restartSearches(): number {
    this.#seen.fill(0);
    return 1;
  }
}
