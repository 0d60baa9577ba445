import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsAtMost } from '../../../../test/runs.ts';
import { conditionArb, inquiryArb, touchy } from '../../test/arbitrary.ts';
import { attr } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import { canonicalJson, type Json } from '../ast/json.ts';
import { evaluateCondition } from '../decide/reference.ts';
import { readAttribute } from '../model/entity.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { ConditionDecoder } from './condition-decoder.ts';
import { ConditionEncoder } from './condition-encoder.ts';
import { ConditionMachine } from './condition-machine.ts';
import { ConditionTables } from './condition-tables.ts';
import { Dictionary } from './dictionary.ts';
import { Operands } from './operands.ts';
import { Compiler } from './program.ts';
import { Reading } from './reading.ts';
import { TRUTHS } from './truth-code.ts';
import { Vocabulary } from './vocabulary.ts';
import { WordBuffer } from './word-buffer.ts';

const functions = functionTable([touchy]);
const RUNS = runsAtMost(5_000);

describe('Compiler', () => {
  it('program-equals-reference: the truth is that of the reference, errors and unknown included', () => {
    fc.assert(
      fc.property(fc.array(conditionArb, { minLength: 1, maxLength: 4 }), inquiryArb, (conditions, inquiry) => {
        const operands = new Operands(functions);
        const texts = new Dictionary();
        const vocabulary = new Vocabulary(texts);
        const tables = new ConditionTables(operands, vocabulary, texts, functions);
        const machine = new ConditionMachine(tables);
        const compiler = new Compiler(operands, functions);
        const programs = conditions.map((condition) => encoded(tables, condition));
        const predicates = conditions.map((condition) => compiler.compile(condition).predicate);
        const reading = new Reading(operands, vocabulary).begin(inquiry);
        const expected = conditions.map((condition) => evaluateCondition(condition, { inquiry, functions }));
        expect(predicates.map((predicate) => TRUTHS[predicate(reading)])).toEqual(expected);
        // Of an inquiry of which nothing was read, and once more, when answers are remembered.
        reading.begin(inquiry);
        for (let time = 0; time < 2; time++)
          expect(programs.map((words) => TRUTHS[machine.run(words, 0, reading)])).toEqual(expected);
      }),
      RUNS,
    );
  });
});

describe('ConditionEncoder', () => {
  it('program-round-trip: a condition is decoded as it was, and leaves nothing behind', () => {
    fc.assert(
      fc.property(conditionArb, (condition) => {
        const texts = new Dictionary();
        const operands = new Operands(functions);
        const tables = new ConditionTables(operands, new Vocabulary(texts), texts, functions);
        const words = encoded(tables, condition);
        expect(canonicalJson(new ConditionDecoder(tables).decode(words, 0) as unknown as Json)).toBe(
          canonicalJson(condition as unknown as Json),
        );
        new ConditionEncoder(tables).release(words, 0, words.length);
        expect([texts.size, tables.shared.size, operands.size]).toEqual([0, 0, 0]);
      }),
      RUNS,
    );
  });
});

function encoded(tables: ConditionTables, condition: Condition): Int32Array {
  const words = new WordBuffer();
  new ConditionEncoder(tables).encode(condition, words);
  return words.words.slice(0, words.length);
}

describe('Reading', () => {
  it('reads attributes as the model does, also those of entities', () => {
    const names = ['type', 'id', 'name', 'properties', 'a', 'b', '__proto__', 'toString'];
    const paths = [[], ...names.map((name) => [name]), ...names.map((name) => ['properties', name])];
    fc.assert(
      fc.property(inquiryArb, (inquiry) => {
        const operands = new Operands(functions);
        const asked = (['subject', 'action', 'resource', 'context'] as const).flatMap((of) =>
          paths.map((path) => ({ of, path, number: operands.use(attr(of, ...path)) as number })),
        );
        const reading = new Reading(operands, new Vocabulary(new Dictionary())).begin(inquiry);
        for (const { of, path, number } of asked)
          expect(reading.value(number)).toEqual(readAttribute(inquiry, of, path));
      }),
    );
  });

  it('calls a function once an inquiry, and remembers that it threw', () => {
    let calls = 0;
    const counted = {
      name: 'counted',
      meaning: 'counts',
      call: (): never => {
        calls += 1;
        throw new Error('no');
      },
    };
    const table = functionTable([counted]);
    const operands = new Operands(table);
    const number = operands.use({ kind: 'call', fn: 'counted', args: [] }) as number;
    const reading = new Reading(operands, new Vocabulary(new Dictionary())).begin({});
    for (let at = 0; at < 3; at++) expect(() => reading.value(number)).toThrow('no');
    expect(calls).toBe(1);
  });
});
