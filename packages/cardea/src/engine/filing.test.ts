import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { and, attr, not, or, some, test, item, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { Json, JsonObject } from '../ast/json.ts';
import { evaluateCondition } from '../decide/reference.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { Dictionary } from './dictionary.ts';
import { FilingCabinet } from './filing.ts';
import { KeySearch } from './key-search.ts';
import { KeyTable } from './key-table.ts';
import { necessaryOf } from './necessary.ts';
import { Operands } from './operands.ts';
import { Reading } from './reading.ts';
import type { Requirements } from './requirement.ts';
import { SlotTable } from './slot-table.ts';
import { TokenBuffer } from './token-buffer.ts';
import { Vocabulary } from './vocabulary.ts';

const functions = new Map();

/** A cabinet with everything that it works on. */
class Office {
  readonly operands = new Operands(functions);
  readonly tokens = new Dictionary();
  readonly table: KeyTable;
  readonly slots: SlotTable;
  cabinet: FilingCabinet;
  readonly #search: KeySearch;
  readonly #words = new Map<number, Int32Array>();

  constructor(fold: (hash: number) => number = (hash) => hash) {
    this.table = new KeyTable({ fold, tagged: true });
    this.#search = new KeySearch(this.table);
    this.slots = new SlotTable(this.operands, this.tokens);
    this.cabinet = new FilingCabinet(this.slots, this.table);
  }

  add(number: number, requirements: Requirements): void {
    this.#words.set(number, Int32Array.from(this.cabinet.add(number, requirements)));
  }

  remove(number: number): void {
    const words = this.#words.get(number) as Int32Array;
    this.cabinet.remove(number, words, 0, words.length);
  }

  /** Undefined where every policy is to be looked at. */
  find(inquiry: Inquiry): ReadonlySet<number> | undefined {
    const buffer = new TokenBuffer();
    const reading = new Reading(this.operands, new Vocabulary(this.tokens));
    reading.begin(inquiry);
    this.slots.read(reading, buffer);
    const { candidates } = this.#search;
    if (!this.cabinet.find(buffer, this.#search)) return undefined;
    return new Set(candidates.numbers.subarray(0, candidates.count));
  }

  reopen(): void {
    const json = JSON.parse(JSON.stringify(this.cabinet.toJson())) as Json;
    this.cabinet = FilingCabinet.fromJson(json, this.slots, this.table);
  }
}

const at = (name: string) => attr('context', name);
const wordArb = fc.constantFrom('a', 'b', 'c', 'ab', 'abc', '10.1.2.3', '10.9.9.9');
const testArb: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(fc.constantFrom('p', 'q', 'r'), wordArb).map(([name, word]) => test('eq', at(name), value(word))),
  fc
    .tuple(fc.constantFrom('p', 'q', 'r'), fc.array(wordArb, { maxLength: 3 }))
    .map(([name, words]) => test('in', at(name), value(words))),
  fc
    .tuple(fc.integer({ min: -9, max: 9 }), fc.nat({ max: 9 }))
    .map(([low, width]) => and(test('ge', at('n'), value(low)), test('lt', at('n'), value(low + width)))),
  fc.constantFrom('a', 'ab').map((start) => test('startsWith', at('p'), value(start))),
  fc.constantFrom('10.0.0.0/8', '10.1.0.0/16').map((network) => test('cidr', at('q'), value(network))),
  wordArb.map((word) => some(at('list'), 'x', test('eq', item('x'), value(word)))),
);
const conditionArb = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: testArb },
      testArb.map(not),
      fc.tuple(testArb, testArb).map((of) => or(...of)),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((of) => and(...of));
const policyArb = fc.record({ condition: conditionArb, effect: fc.constantFrom('allow' as const, 'deny' as const) });
const inquiryArb = fc
  .record(
    {
      p: wordArb,
      q: wordArb,
      r: fc.oneof(wordArb, fc.constant(1)),
      n: fc.integer({ min: -10, max: 20 }),
      list: fc.array(wordArb, { maxLength: 3 }),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  .map((context): Inquiry => ({ context: context as JsonObject }));
const foldArb = fc.constantFrom(
  (hash: number) => hash,
  (hash: number) => hash & 7,
);

const requirementsOf = ({ condition, effect }: { condition: Condition; effect: 'allow' | 'deny' }): Requirements =>
  necessaryOf({
    uid: 'u',
    effect,
    priority: 0,
    obligations: [],
    condition,
    parts: { subjects: [], actions: [], resources: [], context: [] },
  });

describe('FilingCabinet', () => {
  it('index-is-a-superset: who could have a part is found, under whatever shapes, after moves and in a copy', () => {
    fc.assert(
      fc.property(
        fc.array(policyArb, { minLength: 40, maxLength: 80 }),
        fc.array(fc.tuple(fc.nat({ max: 39 }), policyArb), { maxLength: 8 }),
        fc.array(inquiryArb, { minLength: 1, maxLength: 8 }),
        foldArb,
        (filed, moved, inquiries, fold) => {
          const policies = [...filed];
          const office = new Office(fold);
          // As if there were many: so that there are many shapes.
          office.cabinet.learn(policies.map(requirementsOf), 1_000_000);
          policies.forEach((policy, number) => office.add(number, requirementsOf(policy)));
          for (const [number, policy] of moved) {
            office.remove(number);
            office.add(number, requirementsOf(policy));
            policies[number] = policy;
          }
          for (const inquiry of inquiries) {
            const found = office.find(inquiry);
            const part = policies.flatMap(({ condition, effect }, number) => {
              const truth = evaluateCondition(condition, { inquiry, functions });
              return truth === 'true' || (truth === 'unknown' && effect === 'deny') ? [number] : [];
            });
            expect(part.filter((number) => found?.has(number) === false)).toEqual([]);
          }
          const before = inquiries.map((inquiry) => office.find(inquiry));
          office.reopen();
          expect(inquiries.map((inquiry) => office.find(inquiry))).toEqual(before);
          policies.forEach((_, number) => office.remove(number));
          expect([office.table.size, office.tokens.size, office.slots.size, office.cabinet.residual]).toEqual([
            0, 0, 0, 0,
          ]);
        },
      ),
      { numRuns: 300 },
    );
  });

  const eq = (name: string, word: string): Condition => test('eq', at(name), value(word));
  const allow = (...of: readonly Condition[]): Requirements =>
    requirementsOf({ condition: and(...of), effect: 'allow' });
  const context = (members: JsonObject): Inquiry => ({ context: members });

  it('leaves out who has a key of the inquiry, but needs something else', () => {
    const office = new Office();
    office.add(1, allow(eq('p', 'a'), eq('q', 'b')));
    expect(office.find(context({ p: 'a', q: 'b' }))).toEqual(new Set([1]));
    expect(office.find(context({ p: 'a', q: 'c' }))).toEqual(new Set());
  });

  it('holds on to the filing that is left, where a number was filed twice', () => {
    const office = new Office();
    const older = allow(eq('p', 'a'), eq('q', 'b'));
    office.add(1, older);
    const words = Int32Array.from(office.cabinet.add(1, allow(eq('p', 'a'), eq('q', 'c'))));
    office.cabinet.remove(1, words, 0, words.length);
    expect(office.find(context({ p: 'a', q: 'b' }))).toEqual(new Set([1]));
    expect(office.find(context({ p: 'a', q: 'c' }))).toEqual(new Set());
  });

  it('files alternatives once under what they have in common', () => {
    const office = new Office();
    office.add(1, allow(eq('p', 'a'), or(eq('q', 'b'), eq('r', 'c'))));
    expect(office.table.size).toBe(1);
  });

  it('gives up where an inquiry has too many keys', () => {
    const office = new Office();
    const member = (name: string, word: string): Condition => some(at(name), 'x', test('eq', item('x'), value(word)));
    const words = Array.from({ length: 100 }, (_, number) => `w${number}`);
    const filed = words.map((word) => allow(member('p', word), member('q', word)));
    office.cabinet.learn(filed, 1_000_000);
    filed.forEach((requirements, number) => office.add(number, requirements));
    expect(office.cabinet.shapes).toHaveLength(1);
    expect(office.find(context({ p: words.slice(0, 40), q: words.slice(0, 40) }))).toBeDefined();
    expect(office.find(context({ p: words, q: words }))).toBeUndefined();
  });

  it('plans shapes once there are enough policies to learn from', () => {
    const office = new Office();
    const shapes = Array.from({ length: 40 }, (_, number) => {
      office.add(number, allow(eq('p', `${number % 7}`), eq('q', `${number % 11}`), eq('r', `${number % 13}`)));
      return office.cabinet.shapes.length;
    });
    expect(shapes[20]).toBe(0);
    expect(shapes[39]).toBeGreaterThan(0);
  });
});
