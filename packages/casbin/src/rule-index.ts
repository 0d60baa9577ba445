import { type Dictionary, KeyTable } from 'cardea/engine';
import type { Column } from './column.ts';

export type Rule = readonly string[];

/** Texts to look for in each column, by the numbers that {@link RuleIndex.idsOf} tells: any of them in each. */
export type Probe = readonly (readonly number[])[];

const NOT_THERE = -1;

/**
 * Rules by what stands in some of their columns. Finds a superset of what fits: different texts may share a key, and
 * what was changed behind its back is found under what it was. Whoever asks looks at the rules themselves.
 *
 * INVARIANT: a rule whose columns fit a probe when it was filed is found, or is among those that are always looked at.
 */
export class RuleIndex {
  readonly columns: readonly Column[];
  /** Rules of which no column text tells when they matter. */
  readonly always: Set<number> = new Set();
  readonly #names: Dictionary;
  readonly #table = new KeyTable();
  /** By column, how many rules have a token of so many parts. */
  readonly #lengths: readonly Map<number, number>[];
  readonly #lastTokens: string[] = [];
  readonly #lastIds: number[] = [];
  readonly #lastSought: string[] = [];
  readonly #lastFound: number[] = [];
  readonly #sortedLengths: (readonly number[] | undefined)[] = [];

  constructor(columns: readonly Column[], names: Dictionary) {
    this.columns = columns;
    this.#names = names;
    this.#lengths = columns.map(() => new Map<number, number>());
  }

  /** Files a rule under a number. */
  add(number: number, rule: Rule): void {
    let key = 0;
    for (let at = 0; at < this.columns.length; at++) {
      const column = this.columns[at] as Column;
      const token = column.tokenOf(rule);
      if (token === undefined) {
        this.always.add(number);
        return;
      }
      if (column.lengthOf !== undefined) this.#count(at, column.lengthOf(token));
      if (column.isFiled) key = mixed(key, this.#idOf(at, token));
    }
    this.#table.add(key, number);
  }

  /** Takes a rule away, if it is what it was when it was filed. */
  remove(number: number, rule: Rule): void {
    if (this.always.delete(number)) return;
    let key = 0;
    for (const column of this.columns) {
      const token = column.tokenOf(rule);
      const id = token === undefined ? NOT_THERE : column.isFiled ? this.#names.find(token) : 0;
      if (id === NOT_THERE) return;
      if (column.isFiled) key = mixed(key, id);
    }
    this.#table.remove(key, number);
  }

  /** The lengths that tokens of a column have, for columns that have such. */
  lengthsOf(at: number): readonly number[] {
    const known = this.#sortedLengths[at];
    if (known !== undefined) return known;
    const lengths = [...(this.#lengths[at] as Map<number, number>).keys()].sort((a, b) => a - b);
    this.#sortedLengths[at] = lengths;
    return lengths;
  }

  /** Appends the numbers of those texts that some rule has somewhere: the same for all indexes of a table. */
  idsOf(tokens: readonly string[], into: number[]): void {
    for (const token of tokens) {
      const id = this.#names.find(token);
      if (id !== NOT_THERE) into.push(id);
    }
  }

  /** Appends the numbers of the rules that fit, some of them perhaps twice and in any order. */
  find(probe: Probe, into: number[]): void {
    this.#findFrom(probe, 0, 0, into);
  }

  /** How many rules {@link RuleIndex.find} would append. */
  count(probe: Probe): number {
    return this.#countFrom(probe, 0, 0);
  }

  /** Whether one of the rules that are filed where this one would be is what is looked for. */
  some(rule: readonly unknown[], isWanted: (number: number) => boolean): boolean {
    let key = 0;
    for (let at = 0; at < this.columns.length; at++) {
      const token = (this.columns[at] as Column).tokenOf(rule);
      // Such a rule is always looked at.
      if (token === undefined) return this.#isAlways(isWanted);
      const id = this.#knownIdOf(at, token);
      if (id === NOT_THERE) return this.#isAlways(isWanted);
      key = mixed(key, id);
    }
    const table = this.#table;
    for (let at = table.first(key); at !== 0; at = table.next(at)) if (isWanted(table.policyAt(at))) return true;
    return this.#isAlways(isWanted);
  }

  #isAlways(isWanted: (number: number) => boolean): boolean {
    for (const number of this.always) if (isWanted(number)) return true;
    return false;
  }

  get bytes(): number {
    return this.#table.bytes;
  }

  #findFrom(probe: Probe, at: number, key: number, into: number[]): void {
    const ids = probe[at];
    if (ids === undefined) this.#collect(key, into);
    else for (const id of ids) this.#findFrom(probe, at + 1, mixed(key, id), into);
  }

  #countFrom(probe: Probe, at: number, key: number): number {
    const ids = probe[at];
    if (ids === undefined) return this.#table.count(key);
    let count = 0;
    for (const id of ids) count += this.#countFrom(probe, at + 1, mixed(key, id));
    return count;
  }

  #collect(key: number, into: number[]): void {
    const table = this.#table;
    for (let at = table.first(key); at !== 0; at = table.next(at)) into.push(table.policyAt(at));
  }

  // Rules that follow each other often have a text in common.
  #idOf(at: number, token: string): number {
    if (this.#lastTokens[at] === token) return this.#lastIds[at] as number;
    const id = this.#names.intern(token);
    this.#lastTokens[at] = token;
    this.#lastIds[at] = id;
    return id;
  }

  // As above, for rules that are not filed: an id does not change.
  #knownIdOf(at: number, token: string): number {
    if (this.#lastSought[at] === token) return this.#lastFound[at] as number;
    const id = this.#names.find(token);
    if (id === NOT_THERE) return id;
    this.#lastSought[at] = token;
    this.#lastFound[at] = id;
    return id;
  }

  #count(at: number, length: number): void {
    const lengths = this.#lengths[at] as Map<number, number>;
    const known = lengths.get(length);
    if (known === undefined) this.#sortedLengths[at] = undefined;
    lengths.set(length, (known ?? 0) + 1);
  }
}

function mixed(key: number, id: number): number {
  const lane = key ^ Math.imul(id + 1, 0x85ebca6b);
  return (Math.imul((lane << 13) | (lane >>> 19), 5) + 0x52dce729) | 0;
}
