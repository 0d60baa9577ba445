import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionArb, inquiryArb, touchy } from '../../test/arbitrary.ts';
import { attr } from '../ast/build.ts';
import { evaluateCondition } from '../decide/reference.ts';
import { readAttribute } from '../model/entity.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { Programs } from './bytecode.ts';
import { Dictionary } from './dictionary.ts';
import { Operands, Reading } from './operands.ts';
import { Compiler } from './program.ts';
import { Vocabulary } from './vocabulary.ts';

const functions = functionTable([touchy]);
const numRuns = 5_000;

describe('Compiler', () => {
  it('program-equals-reference: the truth is that of the reference, errors and unknown included', () => {
    fc.assert(
      fc.property(fc.array(conditionArb, { minLength: 1, maxLength: 4 }), inquiryArb, (conditions, inquiry) => {
        const operands = new Operands(functions);
        const vocabulary = new Vocabulary(new Dictionary());
        const programs = new Programs(operands, functions, vocabulary);
        const compiler = new Compiler(operands, functions);
        const addresses = conditions.map((condition) => programs.add(condition));
        const predicates = conditions.map((condition) => compiler.compile(condition));
        const reading = new Reading(inquiry, operands, vocabulary);
        const expected = conditions.map((condition) => evaluateCondition(condition, { inquiry, functions }));
        expect(predicates.map((predicate) => predicate(reading))).toEqual(expected);
        expect(addresses.map((address) => programs.run(address, reading))).toEqual(expected);
      }),
      { numRuns },
    );
  });
});

describe('Reading', () => {
  it('reads attributes as the model does, also those of entities', () => {
    const names = ['type', 'id', 'name', 'properties', 'a', 'b', '__proto__', 'toString'];
    const paths = [[], ...names.map((name) => [name]), ...names.map((name) => ['properties', name])];
    fc.assert(
      fc.property(inquiryArb, (inquiry) => {
        const operands = new Operands(functions);
        const reading = new Reading(inquiry, operands, new Vocabulary(new Dictionary()));
        for (const of of ['subject', 'action', 'resource', 'context'] as const)
          for (const path of paths)
            expect(reading.attribute(of, path)).toEqual(readAttribute(inquiry, attr(of).of, path));
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
    const number = operands.numberOf({ kind: 'call', fn: 'counted', args: [] }) as number;
    const reading = new Reading({}, operands, new Vocabulary(new Dictionary()));
    for (let at = 0; at < 3; at++) expect(() => reading.value(number)).toThrow('no');
    expect(calls).toBe(1);
  });
});
