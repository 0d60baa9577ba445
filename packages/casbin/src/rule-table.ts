import { Dictionary } from 'cardea/engine';
import type { Assertion } from '../upstream.cjs';
import { type Column, valueColumn } from './column.ts';
import { type Rule, RuleIndex } from './rule-index.ts';

const TABLE = Symbol('rule table');
/** So many removed rules are no reason to make everything anew. */
const FEW = 1024;
/** The number of rules is added to a revision: no number of rules makes up for another array. */
const MORE_THAN_RULES = 2 ** 32;

interface Tabled {
  [TABLE]?: RuleTable;
}

/**
 * The rules of one assertion, with indexes over them. Adding and removing a rule costs the same in a table of any
 * size.
 *
 * `assertion.policy` is still an array that adapters fill, splice and replace: what it is changed to is noticed at the
 * next question.
 *
 * INVARIANT: at each question the indexes hold the rules that the array has, in its order.
 */
export class RuleTable {
  /** By number; removed ones leave a gap. Rules are in the order of their numbers, unless there are ranks. */
  #rules: (Rule | undefined)[];
  #gaps = 0;
  /** Whether the outside has the array of rules itself. */
  #isShared = true;
  /** The numbers in order, removed ones included, and where each stands: once a rule was put before others. */
  #order: { readonly sequence: number[]; readonly ranks: number[] } | undefined;
  /** What the outside has, and that behind it. The latter is `#rules` itself while that has no gaps. */
  #view: { readonly outside: Rule[]; readonly inside: Rule[] } | undefined;
  /** Rules below it are filed. */
  #filed = 0;
  #isStale = false;
  #revision = 0;
  #names = new Dictionary();
  readonly #indexes = new Map<string, RuleIndex>();
  /** The same by the lists that were asked for, which are the same lists at each question. */
  #known = new WeakMap<readonly Column[], RuleIndex>();
  readonly #whole: readonly Column[];

  private constructor(rules: Rule[], fields: number) {
    this.#rules = rules;
    this.#whole = Array.from({ length: Math.max(1, fields) }, (_, position) => valueColumn(position));
  }

  /** The table of an assertion, which is made where there is none. */
  static of(assertion: Assertion): RuleTable {
    const known = (assertion as Tabled)[TABLE];
    if (known !== undefined) return known;
    const table = new RuleTable(assertion.policy ?? [], fieldsOf(assertion));
    Object.defineProperty(assertion, TABLE, { value: table });
    Object.defineProperty(assertion, 'policy', {
      get: () => table.outside(),
      set: (rules: Rule[]) => {
        table.replace(rules);
      },
      enumerable: true,
      configurable: true,
    });
    return table;
  }

  get size(): number {
    this.#notice();
    return this.#rules.length - this.#gaps;
  }

  /** Another one whenever the rules were changed. */
  get revision(): number {
    this.#notice();
    return this.#revision + this.#rules.length;
  }

  /** Numbers are below it. */
  get limit(): number {
    return this.#rules.length;
  }

  /** Undefined for a rule that was removed. */
  rule(number: number): Rule | undefined {
    return this.#rules[number];
  }

  /** An index over columns, of which those that are filed stand first. */
  index(columns: readonly Column[]): RuleIndex {
    this.#notice();
    this.#file();
    const known = this.#known.get(columns);
    if (known !== undefined) return known;
    const index = this.#indexBy(columns);
    this.#known.set(columns, index);
    return index;
  }

  #indexBy(columns: readonly Column[]): RuleIndex {
    const key = columns.map((column) => column.key).join();
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const made = new RuleIndex(columns, this.#names);
    this.#rules.forEach((rule, number) => {
      if (rule !== undefined) made.add(number, rule);
    });
    this.#indexes.set(key, made);
    return made;
  }

  /** Sorts numbers of rules in the order of the rules, and leaves out what was removed or is there twice. */
  order(numbers: number[]): number[] {
    const ranks = this.#order?.ranks;
    if (numbers.length > 1) {
      numbers.sort(ranks === undefined ? (a, b) => a - b : (a, b) => (ranks[a] as number) - (ranks[b] as number));
    }
    let kept = 0;
    for (const number of numbers) {
      if (this.#rules[number] === undefined || (kept > 0 && numbers[kept - 1] === number)) continue;
      numbers[kept] = number;
      kept += 1;
    }
    numbers.length = kept;
    return numbers;
  }

  /** The rules in order, as a new array. */
  list(): Rule[] {
    this.#notice();
    const order = this.#order;
    const rules = order === undefined ? this.#rules : order.sequence.map((number) => this.#rules[number]);
    return rules.filter((rule) => rule !== undefined);
  }

  /** The numbers of all rules, in order. */
  numbers(): number[] {
    this.#notice();
    const numbers = this.#order?.sequence ?? Array.from(this.#rules.keys());
    return this.#gaps === 0 ? [...numbers] : numbers.filter((number) => this.#rules[number] !== undefined);
  }

  /** The numbers of the rules that are equal to this one, field by field, in order. */
  find(rule: readonly unknown[]): number[] {
    const index = this.index(this.#whole);
    const texts = this.#whole.map((column) => column.tokenOf(rule));
    const numbers: number[] = [...index.always];
    if (texts.every((text) => text !== undefined)) index.findOne(texts, numbers);
    return this.order(numbers.filter((number) => isEqual(this.#rules[number], rule)));
  }

  /** Appends rules. */
  append(rules: readonly Rule[]): void {
    this.#notice();
    for (const rule of rules) {
      const number = this.#rules.push(rule) - 1;
      if (this.#order !== undefined) this.#order.ranks[number] = this.#order.sequence.push(number) - 1;
      if (this.#view !== undefined && this.#view.inside !== this.#rules) this.#view.inside.push(rule);
    }
    this.#revision += 1;
  }

  /** Puts a rule in place of the one of this number. */
  exchange(number: number, rule: Rule): void {
    const before = this.#rules[number];
    if (before === undefined) return;
    if (this.#view !== undefined && this.#view.inside !== this.#rules) this.#view = undefined;
    this.#forEachIndex((index) => index.remove(number, before));
    this.#rules[number] = rule;
    this.#forEachIndex((index) => index.add(number, rule));
    this.#revision += 1;
  }

  /** Removes rules by their numbers. The array that the outside has keeps them, as casbin replaces it. */
  remove(numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    this.#detach();
    for (const number of numbers) {
      const before = this.#rules[number];
      if (before === undefined) continue;
      this.#forEachIndex((index) => index.remove(number, before));
      this.#rules[number] = undefined;
      this.#gaps += 1;
    }
    this.#revision += 1;
    if (this.#gaps <= FEW || this.#gaps <= this.#rules.length / 2) return;
    this.replace(this.list());
    this.#isShared = false;
  }

  /** Puts a rule before the first one for which this is true, or else before the last one. */
  insertBefore(isAfter: (rule: Rule) => boolean, rule: Rule): void {
    this.#detach();
    const { sequence, ranks } = (this.#order ??= this.#numbered());
    const live = (number: number): boolean => this.#rules[number] !== undefined;
    const found = sequence.findIndex((number) => live(number) && isAfter(this.#rules[number] as Rule));
    const last = found < 0 ? sequence.findLastIndex(live) : found;
    const at = last < 0 ? sequence.length : last;
    sequence.splice(at, 0, this.#rules.push(rule) - 1);
    for (let rank = at; rank < sequence.length; rank++) ranks[sequence[rank] as number] = rank;
    this.#revision += 1;
    this.#file();
  }

  /** All other rules: these. */
  replace(rules: Rule[]): void {
    const { inside } = this.#view?.outside === rules ? (this.#view as { readonly inside: Rule[] }) : { inside: rules };
    this.#rules = inside;
    this.#view = undefined;
    this.#isShared = true;
    this.#reset();
  }

  /** All rules, for another table: this one is not used any more. */
  release(): Rule[] {
    this.#notice();
    return this.#gaps === 0 && this.#order === undefined ? (this.#rules as Rule[]) : this.list();
  }

  /** What `assertion.policy` is. */
  outside(): Rule[] {
    this.#notice();
    if (this.#view !== undefined) return this.#view.outside;
    this.#isShared ||= this.#gaps === 0 && this.#order === undefined;
    const inside = this.#gaps === 0 && this.#order === undefined ? (this.#rules as Rule[]) : this.list();
    const outside = new Proxy(inside, {
      set: (target, key, value) => {
        this.#change(target, key, value);
        return Reflect.set(target, key, value);
      },
      defineProperty: (target, key, descriptor) => {
        this.#isStale = true;
        return Reflect.defineProperty(target, key, descriptor);
      },
      deleteProperty: (target, key) => {
        this.#isStale = true;
        return Reflect.deleteProperty(target, key);
      },
    });
    this.#view = { outside, inside };
    return outside;
  }

  // Appending is what is done most, and needs nothing but filing what is new.
  #change(target: Rule[], key: PropertyKey, value: unknown): void {
    if (key === 'length' && value === target.length) return;
    if (key === String(target.length) && target === this.#rules && !this.#isStale) return;
    this.#isStale = true;
  }

  /** Takes over what the outside did. */
  #notice(): void {
    if (this.#isStale) {
      this.#isStale = false;
      if (this.#view !== undefined) this.#rules = this.#view.inside;
      this.#isShared = true;
      this.#reset();
    } else if (this.#rules.length < this.#filed) {
      this.#reset();
    }
  }

  #reset(): void {
    this.#gaps = 0;
    this.#order = undefined;
    this.#filed = 0;
    this.#revision += MORE_THAN_RULES;
    this.#names = new Dictionary();
    this.#indexes.clear();
    this.#known = new WeakMap();
  }

  /** What the outside has stays as it is from now on: casbin gives the assertion another array. */
  #detach(): void {
    this.#notice();
    if (this.#isShared) this.#rules = [...this.#rules];
    this.#isShared = false;
    this.#view = undefined;
  }

  #numbered(): { readonly sequence: number[]; readonly ranks: number[] } {
    const sequence = Array.from(this.#rules.keys());
    return { sequence, ranks: [...sequence] };
  }

  #file(): void {
    const { length } = this.#rules;
    if (this.#filed === length) return;
    const rules = this.#rules;
    for (const index of this.#indexes.values()) {
      for (let number = this.#filed; number < length; number++) {
        const rule = rules[number];
        if (rule !== undefined) index.add(number, rule);
      }
    }
    this.#filed = length;
  }

  #forEachIndex(act: (index: RuleIndex) => void): void {
    for (const index of this.#indexes.values()) act(index);
  }
}

/** A role definition has no names of its fields. */
function fieldsOf({ tokens, value }: Assertion): number {
  return tokens.length || value.split('_').length - 1;
}

function isEqual(rule: Rule | undefined, other: readonly unknown[]): boolean {
  if (rule === undefined || rule.length !== other.length) return false;
  return rule.every((field, at) => field === other[at]);
}
