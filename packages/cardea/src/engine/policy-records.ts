import type { Condition, Operand } from '../ast/condition.ts';
import { deepFreeze } from '../ast/deep-freeze.ts';
import type { Json } from '../ast/json.ts';
import { conditionOf, type LoweredParts, type LoweredPolicy } from '../model/lowered-policy.ts';
import { Arena, offsetOf } from './arena.ts';
import { ConditionDecoder } from './condition-decoder.ts';
import { ConditionEncoder } from './condition-encoder.ts';
import { ConditionMachine } from './condition-machine.ts';
import type { ConditionTables } from './condition-tables.ts';
import { exactJson } from './exact-json.ts';
import { type Allocate, onHeap } from './memory.ts';
import type { Reading } from './reading.ts';
import { isLatin, LATIN_SPILLED, spilledWord, spilledWords, unpackSpilled } from './packed-text.ts';
import {
  BARE,
  beginRecord,
  DENY,
  endProgram,
  endRecord,
  endRest,
  layoutOf,
  NAMES,
  OBLIGATIONS,
  ONE_ACTION,
  ONE_RESOURCE,
  ONE_SUBJECT,
  PRIORITY,
  PROGRAM,
  programEndOf,
  type RecordLayout,
  SEQUENCE,
  TEMPLATE,
  textIndexOf,
} from './record-layout.ts';
import { TRUE, type TruthCode } from './truth-code.ts';
import { WordBuffer } from './word-buffer.ts';

/** What a record is made of. */
export interface RecordParts {
  readonly policy: LoweredPolicy;
  /** What a template demands besides its slots; absent for other policies. */
  readonly rest?: Condition | undefined;
  /** The place in the order of the storage: 32 bits. */
  readonly sequence: number;
  /** What undoes the filing: integers of 32 bits. */
  readonly filing: readonly number[];
}

const NONE: readonly Json[] = Object.freeze([]);
const halves = new Int32Array(2);
const float = new Float64Array(halves.buffer);

/**
 * Policies as words in an arena, named by their addresses; no object is kept for one.
 *
 * INVARIANT record-round-trip: what `policyOf` makes of a record equals the policy that it was made of.
 */
export class PolicyRecords {
  readonly #tables: ConditionTables;
  readonly #encoder: ConditionEncoder;
  readonly #decoder: ConditionDecoder;
  readonly #machine: ConditionMachine;
  readonly #arena: Arena;
  readonly #buffer = new WordBuffer();

  /** @param arrays those of `toArrays`, which are not copied */
  constructor(tables: ConditionTables, allocate: Allocate = onHeap, arrays?: readonly Int32Array[]) {
    this.#tables = tables;
    this.#encoder = new ConditionEncoder(tables);
    this.#decoder = new ConditionDecoder(tables);
    this.#machine = new ConditionMachine(tables);
    this.#arena = arrays === undefined ? new Arena(allocate) : Arena.fromArrays(arrays, allocate);
  }

  get bytes(): number {
    return this.#arena.bytes;
  }

  toArrays(): readonly Int32Array[] {
    return this.#arena.toArrays();
  }

  /**
   * The address of a new record. Where it throws, nothing has changed.
   *
   * @throws {@link CardeaError} `CARDEA_UNSUPPORTED` for a policy of more than 4 MB
   */
  add({ policy, rest, sequence, filing }: RecordParts): number {
    const into = this.#buffer;
    const names = otherNames(policy.parts);
    const texts: number[] = [];
    let programEnd = 0;
    let restEnd = 0;
    try {
      beginRecord(into, flagsOf(policy, names) | (isTrue(rest) ? BARE : 0), sequence);
      this.#encodeParts(policy.parts, into);
      programEnd = endProgram(into);
      if (rest !== undefined) {
        into.push(0);
        this.#encoder.encode(rest, into);
        endRest(into, programEnd);
      }
      restEnd = into.length;
      this.#useTexts(policy, names, texts);
      endRecord(into, { uid: policy.uid, priority: policy.priority, texts, filing });
      const address = this.#arena.allocate(into.length);
      copyWords(into.words, into.length, this.#arena.toWrite(address), offsetOf(address));
      return address;
    } catch (error) {
      this.#encoder.release(into.words, PROGRAM, programEnd === 0 ? into.length : programEnd);
      if (programEnd !== 0) this.#encoder.release(into.words, programEnd + 1, restEnd === 0 ? into.length : restEnd);
      for (const code of texts) this.#tables.vocabulary.drop(code);
      throw error;
    } finally {
      into.clear();
    }
  }

  remove(address: number): void {
    const words = this.#arena.chunkOf(address);
    const start = offsetOf(address);
    const { programEnd, restEnd, texts, filing, end } = layoutOf(words, start);
    this.#encoder.release(words, start + PROGRAM, programEnd);
    this.#encoder.release(words, programEnd + 1, restEnd);
    for (let at = texts; at < filing; at++) this.#tables.vocabulary.drop(words[at] as number);
    this.#arena.free(address, end - start);
  }

  /** The truth of a policy's condition. */
  run(address: number, reading: Reading): TruthCode {
    const words = this.#arena.chunkOf(address);
    const start = offsetOf(address);
    return this.#machine.all(words, start + PROGRAM, programEndOf(words, start), reading);
  }

  /** The truth of what a template demands besides its slots. */
  runRest(address: number, reading: Reading): TruthCode {
    const words = this.#arena.chunkOf(address);
    const start = offsetOf(address);
    // Running a program takes 40 ns, however short it is.
    if (((words[start] as number) & BARE) !== 0) return TRUE;
    return this.#machine.run(words, programEndOf(words, start) + 1, reading);
  }

  isTemplate(address: number): boolean {
    return (this.flagsOf(address) & TEMPLATE) !== 0;
  }

  /** The first word of a record. */
  flagsOf(address: number): number {
    return this.#arena.chunkOf(address)[offsetOf(address)] as number;
  }

  sequenceOf(address: number): number {
    return (this.#arena.chunkOf(address)[offsetOf(address) + SEQUENCE] as number) >>> 0;
  }

  setSequence(address: number, sequence: number): void {
    this.#arena.toWrite(address)[offsetOf(address) + SEQUENCE] = sequence | 0;
  }

  uidOf(address: number): string {
    const { uid, uidLength, uidKind } = this.#layoutOf(address);
    return unpackSpilled(this.#arena.chunkOf(address), uid, uidLength, uidKind);
  }

  hasUid(address: number, text: string): boolean {
    const words = this.#arena.chunkOf(address);
    const { uid, uidLength, uidKind } = this.#layoutOf(address);
    if (text.length !== uidLength) return false;
    const count = spilledWords(uidLength, uidKind);
    for (let at = 0; at < count; at++) if (words[uid + at] !== spilledWord(text, at, uidKind)) return false;
    // Wide characters may look like several others.
    return isLatin(text) === (uidKind === LATIN_SPILLED);
  }

  priorityOf(address: number): number {
    const { flags, priority } = this.#layoutOf(address);
    if ((flags & PRIORITY) === 0) return 0;
    const words = this.#arena.chunkOf(address);
    halves[0] = words[priority] as number;
    halves[1] = words[priority + 1] as number;
    return float[0] as number;
  }

  /** Frozen, because decisions hand them on. */
  obligationsOf(address: number): readonly Json[] {
    return deepFreeze((this.#textOf(address, OBLIGATIONS) as readonly Json[] | undefined) ?? NONE);
  }

  conditionOf(address: number): Condition {
    return conditionOf(this.#partsOf(address));
  }

  /** Of a template. */
  slotsOf(address: number): readonly string[] | undefined {
    return this.#textOf(address, TEMPLATE) as readonly string[] | undefined;
  }

  policyOf(address: number): LoweredPolicy {
    const { flags } = this.#layoutOf(address);
    const parts = this.#partsOf(address);
    const slots = this.slotsOf(address);
    return {
      uid: this.uidOf(address),
      effect: (flags & DENY) === 0 ? 'allow' : 'deny',
      priority: this.priorityOf(address),
      obligations: this.obligationsOf(address),
      condition: conditionOf(parts),
      parts,
      ...(slots === undefined ? {} : { slots }),
    };
  }

  /** Calls `use` with the words of the filing, which lie in the record. */
  withFiling(address: number, use: (words: Int32Array, from: number, end: number) => void): void {
    const { filing, end } = this.#layoutOf(address);
    use(this.#arena.chunkOf(address), filing, end);
  }

  // As `conditionOf` of the model orders them; a field of one element is that element.
  #encodeParts({ subjects, actions, resources, context }: LoweredParts, into: WordBuffer): void {
    this.#encodeField(actions, into);
    this.#encodeField(subjects, into);
    this.#encodeField(resources, into);
    for (const { condition } of context) this.#encoder.encode(condition, into);
  }

  #encodeField(elements: readonly Condition[], into: WordBuffer): void {
    const only = elements[0];
    this.#encoder.encode(elements.length === 1 && only !== undefined ? only : { kind: 'or', of: elements }, into);
  }

  // In the order of their flags. One after the other: where one throws, those before it are in the list.
  #useTexts({ obligations, slots }: LoweredPolicy, names: readonly string[] | undefined, texts: number[]): void {
    if (obligations.length > 0) texts.push(this.#useText(obligations));
    if (slots !== undefined) texts.push(this.#useText(slots));
    if (names !== undefined) texts.push(this.#useText(names));
  }

  #useText(json: Json): number {
    return this.#tables.vocabulary.use(exactJson(json));
  }

  #partsOf(address: number): LoweredParts {
    const words = this.#arena.chunkOf(address);
    const { flags, programEnd } = this.#layoutOf(address);
    const [actions, subjects, resources, ...conditions] = this.#decoder.decodeAll(
      words,
      offsetOf(address) + PROGRAM,
      programEnd,
    );
    const names = this.#textOf(address, NAMES) as readonly string[] | undefined;
    return {
      subjects: elementsOf(subjects, (flags & ONE_SUBJECT) !== 0),
      actions: elementsOf(actions, (flags & ONE_ACTION) !== 0),
      resources: elementsOf(resources, (flags & ONE_RESOURCE) !== 0),
      context: conditions.map((condition, at) => ({
        attribute: (names === undefined ? attributeOf(condition) : names[at]) as string,
        condition,
      })),
    };
  }

  #textOf(address: number, flag: number): Json | undefined {
    const { flags, texts } = this.#layoutOf(address);
    if ((flags & flag) === 0) return undefined;
    const code = this.#arena.chunkOf(address)[texts + textIndexOf(flags, flag)] as number;
    return JSON.parse(this.#tables.vocabulary.scalar(code) as string) as Json;
  }

  #layoutOf(address: number): RecordLayout {
    return layoutOf(this.#arena.chunkOf(address), offsetOf(address));
  }
}

function isTrue(condition: Condition | undefined): boolean {
  return condition?.kind === 'const' && condition.value;
}

function flagsOf(
  { effect, priority, obligations, parts, slots }: LoweredPolicy,
  names: readonly string[] | undefined,
): number {
  return (
    (effect === 'deny' ? DENY : 0) |
    (parts.subjects.length === 1 ? ONE_SUBJECT : 0) |
    (parts.actions.length === 1 ? ONE_ACTION : 0) |
    (parts.resources.length === 1 ? ONE_RESOURCE : 0) |
    (priority === 0 ? 0 : PRIORITY) |
    (obligations.length === 0 ? 0 : OBLIGATIONS) |
    (slots === undefined ? 0 : TEMPLATE) |
    (names === undefined ? 0 : NAMES)
  );
}

/** The names of the members of the context, where they cannot be told from their conditions. */
function otherNames({ context }: LoweredParts): readonly string[] | undefined {
  for (const { attribute, condition } of context) {
    if (attributeOf(condition) !== attribute) return context.map((member) => member.attribute);
  }
  return undefined;
}

/** The attribute of the context that a condition reads first: that of the member that it was made of, nearly always. */
function attributeOf(condition: Condition): string | undefined {
  switch (condition.kind) {
    case 'const':
      return undefined;
    case 'and':
    case 'or':
      return condition.of[0] === undefined ? undefined : attributeOf(condition.of[0]);
    case 'not':
    case 'sure':
      return attributeOf(condition.of);
    case 'test':
      return attributeRead(condition.args[0]);
    case 'each':
      return attributeRead(condition.over);
  }
}

function attributeRead(operand: Operand | undefined): string | undefined {
  if (operand?.kind === 'call') return attributeRead(operand.args[0]);
  return operand?.kind === 'attr' && operand.of === 'context' ? operand.path[0] : undefined;
}

function elementsOf(field: Condition | undefined, isOne: boolean): readonly Condition[] {
  if (field === undefined) return [];
  return isOne || field.kind !== 'or' ? [field] : field.of;
}

// A loop: records are short, and `set` takes longer to begin.
function copyWords(from: Int32Array, count: number, to: Int32Array, offset: number): void {
  for (let at = 0; at < count; at++) to[offset + at] = from[at] as number;
}
