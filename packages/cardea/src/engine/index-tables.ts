import type { FunctionTable } from '../ast/functions.ts';
import { ConditionTables } from './condition-tables.ts';
import { Dictionary } from './dictionary.ts';
import { FilingCabinet } from './filing.ts';
import { IntColumn } from './int-column.ts';
import { KeyTable } from './key-table.ts';
import { Links } from './links.ts';
import { type Allocate, onHeap } from './memory.ts';
import { Operands } from './operands.ts';
import { PolicyRecords } from './policy-records.ts';
import { SlotTable } from './slot-table.ts';
import { UidTable } from './uid-table.ts';
import { Vocabulary } from './vocabulary.ts';

/** How the tables of an index are made. */
export interface IndexOptions {
  /** Where memory comes from; {@link onHeap} unless told otherwise. */
  readonly allocate?: Allocate;
  /** Makes a hash of the hash. For tests, which want hashes that collide. */
  readonly fold?: (hash: number) => number;
}

/** Everything that an index keeps of policies. Policies go by small numbers, which are used again. */
export class IndexTables {
  readonly operands: Operands;
  readonly texts: Dictionary;
  readonly vocabulary: Vocabulary;
  readonly keys: KeyTable;
  readonly slots: SlotTable;
  readonly cabinet: FilingCabinet;
  readonly links: Links;
  readonly records: PolicyRecords;
  readonly uids: UidTable;
  /** By number, where the record is: positive for an allow, negative for a deny, 0 where there is no policy. */
  readonly addresses: IntColumn;
  readonly free: number[] = [];
  /** Policies that there are, and templates among them. */
  size = 0;
  templates = 0;
  nextSequence = 0;

  constructor(functions: FunctionTable, options: IndexOptions = {}) {
    const { allocate = onHeap } = options;
    this.operands = new Operands(functions);
    this.texts = new Dictionary(options);
    this.vocabulary = new Vocabulary(this.texts);
    this.keys = new KeyTable(options);
    this.slots = new SlotTable(this.operands, this.texts);
    this.cabinet = new FilingCabinet(this.slots, this.keys);
    this.links = new Links(this.operands, this.vocabulary, options);
    const conditions = new ConditionTables(this.operands, this.vocabulary, this.texts, functions);
    this.records = new PolicyRecords(conditions, allocate);
    this.addresses = new IntColumn(allocate);
    this.uids = new UidTable((number, uid) => this.isUid(number, uid), options);
  }

  get bytes(): number {
    const { texts, keys, links, records, uids, addresses } = this;
    return [texts, keys, links, records, uids, addresses].reduce((sum, table) => sum + table.bytes, 0);
  }

  isUid(number: number, uid: string): boolean {
    const address = this.addresses.get(number);
    return address !== 0 && this.records.hasUid(Math.abs(address), uid);
  }

  /** The record of a policy that there is. */
  recordOf(number: number): number {
    return Math.abs(this.addresses.get(number));
  }

  /** The numbers of all policies, in the order of the storage. */
  inOrder(): Int32Array {
    const numbers = new Int32Array(this.size);
    let count = 0;
    for (let number = 0; number < this.addresses.length; number++) {
      if (this.addresses.get(number) !== 0) numbers[count++] = number;
    }
    return numbers.sort((a, b) => this.#sequenceOf(a) - this.#sequenceOf(b));
  }

  /** Sequences by the order alone, when they are used up. */
  renumber(): void {
    const numbers = this.inOrder();
    for (let at = 0; at < numbers.length; at++) this.records.setSequence(this.recordOf(numbers[at] as number), at);
    this.nextSequence = numbers.length;
  }

  #sequenceOf(number: number): number {
    return this.records.sequenceOf(this.recordOf(number));
  }
}
