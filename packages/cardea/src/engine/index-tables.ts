import type { FunctionTable } from '../ast/functions.ts';
import type { Json, JsonObject } from '../ast/json.ts';
import { invalidSnapshot } from './binary.ts';
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
import { readCount, readObject } from './snapshot-json.ts';
import { UidTable } from './uid-table.ts';
import { Vocabulary } from './vocabulary.ts';

/** How the tables of an index are made. */
export interface IndexOptions {
  /** Where memory comes from; {@link onHeap} unless told otherwise. */
  readonly allocate?: Allocate;
  /** Where all memory is copied to when the index is first shared, and comes from afterwards; `allocate` when absent. */
  readonly share?: Allocate;
  /** Slots at which a segment of a table splits. Small ones are for tests. */
  readonly segmentSlots?: number;
  /** Whether a state is that of an index of this program, to be read: nothing of it is looked through. */
  readonly isTrusted?: boolean;
  /** Makes a hash of the hash. For tests, which want hashes that collide. */
  readonly fold?: (hash: number) => number;
}

/** The tables that are arrays. */
export const ARRAY_TABLES = ['texts', 'keys', 'slots', 'links', 'records', 'addresses', 'uids'] as const;

/** The tables of an index as plain values: what is written to snapshots and handed to other threads. */
export interface IndexState {
  readonly json: Json;
  readonly arrays: Readonly<Record<(typeof ARRAY_TABLES)[number], readonly Int32Array[]>>;
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
  readonly #conditions: ConditionTables;
  readonly records: PolicyRecords;
  readonly uids: UidTable;
  /** By number, where the record is: positive for an allow, negative for a deny, 0 where there is no policy. */
  readonly addresses: IntColumn;
  readonly free: number[] = [];
  /** Policies that there are, and templates among them. */
  size = 0;
  templates = 0;
  nextSequence = 0;

  /**
   * @param state that of `state()`, whose arrays are not copied
   * @throws {@link CardeaError} `CARDEA_INVALID_SNAPSHOT` for anything else
   */
  constructor(functions: FunctionTable, options: IndexOptions = {}, state?: IndexState) {
    const { allocate = onHeap } = options;
    const json = state === undefined ? undefined : readObject(state.json);
    const { arrays } = state ?? {};
    const keyOptions = { ...options, tagged: true };
    this.operands = json ? Operands.fromJson(json['operands'] as Json, functions) : new Operands(functions);
    this.texts = arrays ? Dictionary.fromArrays(arrays.texts, options) : new Dictionary(options);
    this.vocabulary = new Vocabulary(this.texts);
    this.keys = arrays ? KeyTable.fromArrays(arrays.keys, keyOptions) : new KeyTable(keyOptions);
    const { operands, texts: tokens, vocabulary } = this;
    this.slots =
      json && arrays
        ? SlotTable.fromJson(json['slots'] as Json, arrays.slots, { operands, tokens, allocate })
        : new SlotTable(operands, tokens, allocate);
    const { slots, keys: table } = this;
    this.cabinet =
      json && arrays ? FilingCabinet.fromJson(json['cabinet'] as Json, slots, table) : new FilingCabinet(slots, table);
    this.links =
      json && arrays
        ? Links.fromArrays(json['links'] as Json, arrays.links, { operands, vocabulary, options })
        : new Links(operands, vocabulary, options);
    this.#conditions = new ConditionTables(operands, vocabulary, tokens, functions);
    if (json) this.#conditions.shared.restore(json['shared'] as Json);
    this.records = new PolicyRecords(this.#conditions, allocate, arrays?.records);
    this.addresses = arrays ? IntColumn.fromArrays(arrays.addresses, allocate) : new IntColumn(allocate);
    this.uids = new UidTable((number, uid) => this.isUid(number, uid), options, arrays?.uids);
    if (json) this.#restore(json, options.isTrusted === true);
  }

  /** Everything that there is, over the same arrays. @param use see `FilingCabinet.toJson` */
  state(use: 'filing' | 'finding' = 'filing'): IndexState {
    const { operands, texts, keys, slots, cabinet, links, records, addresses, uids } = this;
    const { size, templates, nextSequence } = this;
    return {
      json: {
        operands: operands.toJson(),
        slots: slots.toJson(),
        cabinet: cabinet.toJson(use),
        links: links.toJson(),
        shared: this.#conditions.shared.toJson(),
        size,
        templates,
        nextSequence,
      },
      arrays: {
        texts: texts.toArrays(),
        keys: keys.toArrays(),
        slots: slots.toArrays(),
        links: links.toArrays(),
        records: records.toArrays(),
        addresses: addresses.toArrays(),
        uids: uids.toArrays(),
      },
    };
  }

  get bytes(): number {
    const { texts, keys, slots, links, records, uids, addresses } = this;
    return [texts, keys, slots, links, records, uids, addresses].reduce((sum, table) => sum + table.bytes, 0);
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

  #restore({ size, templates, nextSequence }: JsonObject, isTrusted: boolean): void {
    this.size = readCount(size);
    this.templates = readCount(templates);
    this.nextSequence = readCount(nextSequence);
    // Who only reads needs no number for a policy.
    if (isTrusted) return;
    for (let number = this.addresses.length - 1; number >= 0; number--) {
      if (this.addresses.get(number) === 0) this.free.push(number);
    }
    const { length } = this.addresses;
    if (this.uids.size !== this.size || length - this.free.length !== this.size) {
      throw invalidSnapshot('an index has other policies than it counted');
    }
  }

  #sequenceOf(number: number): number {
    return this.records.sequenceOf(this.recordOf(number));
  }
}
